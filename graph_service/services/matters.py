"""The matter of an endorsement: loading it, judging who may move it, and the write that moves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph_service.domain.endorsement import Action, State, TargetType
from graph_service.domain.language import LanguageMap
from graph_service.domain.lifecycle import Side
from graph_service.domain.policy import Matter
from graph_service.domain.time import Instant
from graph_service.endorse import multibase
from graph_service.endorse.lifecycle import ENDORSEMENT, NOT_OURS
from graph_service.errors import Conflict, IllegalTransition, InvalidInput, NotFound, Path, Problem, StaleVersion
from graph_service.services.call import Call, World
from graph_service.store import Write

COMMENT_LIMIT = 5000


async def load(world: World, call: Call, endorsement: str, expected: int | None) -> Mapping[str, Any]:
    """Load what is needed to move an endorsement. Raises NotFound, or StaleVersion if `expected` is not its version."""
    rows = await world.store.read("endorsement/for_action", id=endorsement)
    if not rows or not call.may_see(rows[0]["shown"], rows[0]["readers"]):
        raise NotFound("endorsement", endorsement, ("endorsement",))
    found: Mapping[str, Any] = rows[0]
    if expected is not None and expected != found["version"]:
        raise StaleVersion(endorsement, expected)
    return found


def judge(found: Mapping[str, Any], call: Call, action: Action) -> tuple[State, frozenset[Side]]:
    """Return the state after `action` and the sides in which the asker acts. Raises NotPermitted, IllegalTransition."""
    sides = matter_of(found).sides(call.principal, call.at)
    state = State(found["state"])
    after = ENDORSEMENT.next(state, action, sides)
    if lapsed(state, found["requestUntil"], call.at) and action is not Action.WITHDRAW:
        raise IllegalTransition("LAPSED", action, ())
    if action in NOT_OURS.get(found["standing"], ()):
        raise IllegalTransition(state, action, ())
    return after, sides & ENDORSEMENT.moves[state, action][0]


def matter_of(found: Mapping[str, Any]) -> Matter:
    """Return whose business a loaded endorsement is."""
    invited = found["invitationId"] if found["state"] == State.REQUESTED else None
    return Matter(found["endorserId"], found["ownerId"], found["holderId"], found["requestedBy"], invited)


def lapsed(state: State, request_until: Instant, at: Instant) -> bool:
    """Tell whether a request ran out before it was answered; derived, never written."""
    return state in (State.REQUESTED, State.RETURNED) and request_until <= at


def moving(found: Mapping[str, Any], changes: Mapping[str, object]) -> Write:
    """Return the write that moves a loaded endorsement, if nobody moved it meanwhile."""
    return Write(
        "endorsement/move",
        {"id": found["id"], "version": found["version"], "changes": changes},
        otherwise=StaleVersion(found["id"], found["version"]),
    )


def content_digest(target: Mapping[str, Any]) -> str | None:
    """Return the `digestMultibase` of the version that is endorsed; of a pathway version its definition's is stored."""
    digest: str | None = target["digest"]
    if digest and target["type"] == TargetType.PATHWAY_VERSION:
        return multibase.digest_of(bytes.fromhex(digest))
    return digest


def same_target(target: Mapping[str, Any], seen: int) -> None:
    """Raise Conflict (TARGET_CHANGED) if another version of a loaded target stands than the one that was seen."""
    if target["number"] != seen:
        values = {"accepted": seen, "current": target["number"]}
        raise Conflict(Problem("TARGET_CHANGED", values, ("endorsement",)))


def read_comment(comment: Mapping[str, str] | None, path: Path = ("comment",)) -> tuple[str, str] | None:
    """Read a comment in exactly one language (settled: one language per credential)."""
    if comment is None:
        return None
    texts = LanguageMap(comment, path, limit=COMMENT_LIMIT)
    if len(texts) != 1:
        raise InvalidInput(Problem("ONE_LANGUAGE", {"found": ", ".join(texts)}, path))
    return texts.base, texts.text


def read_reason(reason: str | None) -> None:
    """Check a reason, where one is given."""
    if reason is not None:
        LanguageMap({"und": reason}, ("reason",), limit=2000)
