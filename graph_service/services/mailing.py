"""Sending the mail of invitations: beside all requests, at least once, by whichever process takes it first.

A try is taken by a write that also says when the next one is due, so that a crash loses nothing and a mail server that
is away is asked less and less often. What was sent, and what nobody may answer any more, is forgotten at once.
"""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from graph_service.domain.dates import in_japan
from graph_service.domain.endorsement import State
from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.lifecycle import Side
from graph_service.domain.policy import Principal
from graph_service.domain.time import Instant, later
from graph_service.errors import StaleVersion, Unavailable
from graph_service.locale import phrase
from graph_service.remote.mail import Mail, Post
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write

BATCH = 20
FIRST_PAUSE = 60  # seconds; each further try waits twice as long
LONGEST_PAUSE = 6 * 3600
_NAME = 120  # characters of somebody's name that a mail shows

POSTMAN = Principal(Iri("urn:graph-service:postman"))
"""Who sends mail: nobody asks for that, time does."""

log = logging.getLogger(__name__)


async def deliver(world: World, address: str, clock: Callable[[], Instant]) -> int:
    """Send what is due and return how much went out. `address`: of the service, before the path of a link.

    The clock is read for each mail: a slow server must not eat up the time for which the later ones are taken.
    """
    if world.post is None:
        return 0
    due = await world.store.read("invitation/due", at=clock(), limit=BATCH)
    return sum([await _deliver(world, world.post, address, clock(), Iri(each)) for each in due])


async def _deliver(world: World, post: Post, address: str, at: Instant, invitation: Iri) -> bool:
    row = await _taken(world, at, invitation)
    if row is None:
        return False
    if row["state"] != State.REQUESTED or row["until"] <= at:
        await _settle(world, at, row, sent_at=None)
        return False
    try:
        await post.send(_mail(world, row, address, at))
    except Unavailable:
        log.warning("the mail of %s was not taken; try %d", invitation, row["tries"] + 1)
        return False
    await _settle(world, at, row, sent_at=at)
    return True


async def _taken(world: World, at: Instant, invitation: Iri) -> Mapping[str, Any] | None:
    """Take the next try of a mail; None if another process has it, or it is done."""
    found: list[Mapping[str, Any]] = []

    async def decide() -> Decision:
        found[:] = await world.store.read("invitation/for_mail", id=invitation)
        if not found or found[0]["nextTry"] > at:
            found.clear()
            return Decision([], (), (), "")
        row = found[0]
        pause = min(FIRST_PAUSE << min(row["tries"], 16), LONGEST_PAUSE)
        taking = Write(
            "invitation/try",
            {"id": invitation, "tries": row["tries"], "nextTry": later(at, seconds=pause)},
            otherwise=StaleVersion(invitation, row["tries"]),
        )
        return Decision([taking], (Iri(row["endorsement"]),), (), Side.OPERATOR)

    await act(world, Call(POSTMAN, at), "INVITATION_MAIL", {"invitation": invitation}, decide)
    return found[0] if found else None


async def _settle(world: World, at: Instant, row: Mapping[str, Any], *, sent_at: Instant | None) -> None:
    async def decide() -> Decision:
        settle = Write("invitation/settle", {"id": row["id"], "sentAt": sent_at})
        return Decision([settle], (Iri(row["endorsement"]),), (), Side.OPERATOR)

    action = "INVITATION_MAILED" if sent_at else "INVITATION_DROPPED"
    await act(world, Call(POSTMAN, at), action, {"invitation": row["id"]}, decide)


def _mail(world: World, row: Mapping[str, Any], address: str, at: Instant) -> Mail:
    """Write the mail: no text of the requester but names, each on one line, so that nobody speaks through it."""
    sealed = json.loads(world.envelope.open(row["sealed"], row["id"]))
    language = row["mailLanguage"]
    target, owner = _named(row["names"], language), _named(row["owners"], language)
    values = {
        "target": target,
        "requester": phrase("MAIL_HOLDER", language, owner=owner) if row["byHolder"] else owner,
        "kind": phrase(f"WEB_KIND_{row['kind']}", language),
        "link": f"{address}/invitations/{sealed['code']}",
        "form": f"{address}/invitations",
        "secret": sealed["code"],
        "until": in_japan(row["until"]),
    }
    return Mail(
        id=row["id"].rpartition(":")[2],
        to=sealed["address"],
        subject=phrase("MAIL_INVITATION_SUBJECT", language),
        text=phrase("MAIL_INVITATION", language, **values),
        language=language,
        at=at,
    )


def _named(names: list[str | None], language: str) -> str:
    """Return the first name there is as plain text: on one line, without what would steer how it is shown."""
    _, name = LanguageMap.from_json(next(each for each in names if each)).choose(language)
    shown = "".join(" " if each.isspace() else each for each in name)
    return "".join(each for each in shown if unicodedata.category(each)[0] != "C")[:_NAME]
