"""Profiles: made with a published version, a signing key and a status list."""

from __future__ import annotations

from graph_service.domain import search
from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.profile import Kind, ProfileDraft
from graph_service.domain.search import SearchType
from graph_service.domain.sorting import by_name
from graph_service.domain.time import Instant
from graph_service.endorse import credential
from graph_service.errors import AlreadyExists, Conflict, NotFound, Problem, StaleVersion
from graph_service.services import signing, status
from graph_service.services.access import service_profile
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write


async def create(world: World, call: Call, draft: ProfileDraft) -> Iri:
    """Make a profile (OPERATOR). Raises AlreadyExists if its slug is taken."""
    new = address(world, call.at, draft)

    async def decide() -> Decision:
        call.principal.require("CREATE_PROFILE", Side.OPERATOR, service_profile(world), call.at)
        if draft.slug and await world.store.read("profile/controller", id=new):
            raise AlreadyExists("profile", new, ("input", "slug"))
        joining = [] if draft.part_of is None else [_joining(new, draft.part_of)]
        return Decision([await creation(world, call.at, new, draft), *joining], (new,), (new,), Side.OPERATOR)

    request = {
        "name": dict(draft.name),
        "description": dict(draft.description or {}),
        "url": draft.url,
        "slug": draft.slug,
        "partOf": draft.part_of,
        **({} if draft.kind is Kind.OTHER else {"kind": draft.kind}),
    }
    (made,) = await act(world, call, "CREATE_PROFILE", request, decide)
    return made


def _joining(profile: Iri, whole: Iri) -> Write:
    missing = NotFound("profile", whole, ("input", "partOf"))
    return Write("profile/join", {"id": profile, "partOf": whole}, otherwise=missing)


def address(world: World, at: Instant, draft: ProfileDraft) -> Iri:
    """Return the id of a new profile."""
    return Iri(f"{world.base_url}/profiles/{draft.slug}") if draft.slug else world.mint("profiles", at)


async def creation(world: World, at: Instant, new: Iri, draft: ProfileDraft) -> Write:
    """Make the first key of a profile, and return the write that makes the profile."""
    name = draft.name
    description = draft.description.choose(name.base)[1] if draft.description else ""
    published = credential.published_profile(credential.Profile(new, name.text, draft.url or "", description))
    properties = {
        "id": new,
        "kind": draft.kind,
        "name": name.text,
        "nameMap": name.to_json(),
        "language": name.base,
        "description": description or None,
        "descriptionMap": draft.description.to_json() if draft.description else None,
        "url": draft.url,
        "skName": by_name(name.text, new),
        **search.fields(SearchType.PROFILE, name.values()),
        "createdAt": at,
        "number": 1,
        "digest": published.digest,
    }
    version = {
        "id": f"{new}/versions/1",
        "number": 1,
        "bytes": published.bytes.decode(),
        "digest": published.digest,
        "language": name.base,
        "publishedAt": at,
    }
    parameters = {
        "profile": properties,
        "published": version,
        "key": await signing.new_key(world, new, at),
        "list": status.new_list(world, new, 1, at),
    }
    return Write("profile/create", parameters)


async def set_endorsement_policy(
    world: World,
    call: Call,
    *,
    profile: str,
    different_people: bool,
    allows_self_endorsement: bool,
    expected: int | None = None,
) -> Iri:
    """Say how a profile endorses (OWNER): by two people (起案・決裁), and whether on its own behalf.

    Raises Conflict (SERVICE_SIGNS_ALONE): the service's own profile signs what one invited person states.
    """
    policy = {"differentPeople": different_people, "allowsSelfEndorsement": allows_self_endorsement}

    async def decide() -> Decision:
        rows = await world.store.read("profile/policy", id=profile)
        if not rows:
            raise NotFound("profile", profile, ("profile",))
        found = rows[0]
        call.principal.require("SET_ENDORSEMENT_POLICY", Side.OWNER, Iri(profile), call.at)
        if different_people and profile == service_profile(world):
            raise Conflict(Problem("SERVICE_SIGNS_ALONE", {"profile": profile}, ("differentPeople",)))
        if expected is not None and expected != found["version"]:
            raise StaleVersion(profile, expected)
        change = {"id": profile, "version": found["version"], "policy": policy}
        write = Write("profile/set_policy", change, otherwise=StaleVersion(profile, found["version"]))
        work = [] if found["policy"] == policy else [write]
        return Decision(work, (Iri(profile),), (Iri(profile),), Side.OWNER)

    request = {"profile": profile, "expected": expected, **policy}
    (changed,) = await act(world, call, "SET_ENDORSEMENT_POLICY", request, decide)
    return changed
