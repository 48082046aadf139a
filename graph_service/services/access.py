"""Who may act: principals, roles, API keys, and finding out who asks."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graph_service.domain.intake import Intake
from graph_service.domain.iri import Iri, iri
from graph_service.domain.language import LanguageMap, text_problems
from graph_service.domain.lifecycle import Side
from graph_service.domain.policy import Membership, Principal, Role
from graph_service.domain.time import OPEN_END, Instant, Span, ending, later
from graph_service.errors import Conflict, NotAuthenticated, NotFound, Problem, StaleVersion
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write

KEY_PREFIX = "gsk_"
SERVICE_PROFILE = "service"
_KEY_DAYS = 366
_NEVER_NONE = (Role.OWNER, Role.OPERATOR)


@dataclass(frozen=True)
class ApiKey:
    """A new API key. `secret` is shown this once; only its keyed hash is kept."""

    id: Iri
    secret: str | None


@dataclass(frozen=True)
class Persona:
    """Somebody whom development mode signs in as `persona`; `roles`: each `role`, `profile` and its `nameMap`."""

    persona: str
    name: LanguageMap
    learns: bool
    roles: tuple[Mapping[str, str], ...]


async def by_api_key(world: World, secret: str, at: Instant) -> Principal:
    """Return who holds this API key. Raises NotAuthenticated if it is unknown or has ended."""
    return _principal(await world.store.read("principal/by_key", keyHash=key_hash(world, secret)), at)


async def by_persona(world: World, persona: str, at: Instant) -> Principal:
    """Return a persona of development mode. Raises NotAuthenticated if there is none of that name."""
    rows = await world.store.read("principal/by_persona", persona=persona)
    if not rows:
        raise NotAuthenticated("PERSONA_UNKNOWN")
    return _principal(rows, at)


async def personas(world: World, at: Instant) -> list[Persona]:
    """Return everybody whom development mode signs in by name, by name."""
    rows = await world.store.read("principal/personas", at=at)
    return [Persona(row["persona"], _name(row), row["learnerId"] is not None, tuple(row["roles"])) for row in rows]


def _name(row: Mapping[str, str | None]) -> LanguageMap:
    return LanguageMap.from_json(row["nameMap"]) if row["nameMap"] else LanguageMap({"und": row["name"] or "-"})


def _principal(rows: list[Any], at: Instant) -> Principal:
    if not rows or not Span(rows[0]["since"], rows[0]["until"]).holds(at):
        raise NotAuthenticated
    row = rows[0]
    roles = [Membership(Role(r["role"]), Iri(r["profile"]), Span(r["since"], r["until"])) for r in row["roles"]]
    return Principal(Iri(row["id"]), tuple(roles), Iri(row["learnerId"]) if row["learnerId"] else None)


async def create_api_key(
    world: World, call: Call, *, profile: str, name: str, roles: list[Role], until: str | None = None
) -> ApiKey:
    """Give an application a key with roles at one profile, for a year unless `until` says otherwise (OWNER).

    A replay under the same idempotency key answers without the secret: it is not kept anywhere.
    """
    with Intake() as take:
        take(iri, profile, ("profile",))
        take.add(text_problems(name, ("name",), limit=200))
        take.add(_role_problems(roles))
        end = take(ending, until, call.at, ("until",), otherwise=later(call.at, days=_KEY_DAYS))
    span = Span(call.at, end)
    new = Iri(f"urn:graph-service:principal:{world.ulid(call.at)}")
    secret = new_secret(world)
    missing = NotFound("profile", profile, ("profile",))

    async def decide() -> Decision:
        call.principal.require("CREATE_API_KEY", Side.OWNER, Iri(profile), call.at)
        principal = {
            "id": new,
            "name": name,
            "keyHash": key_hash(world, secret),
            "since": span.since,
            "until": span.until,
            "readers": [profile],
        }
        return Decision(
            [
                Write("principal/create", {"principal": principal}),
                *(_grant(new, Iri(profile), role, span, missing) for role in dict.fromkeys(roles)),
            ],
            about=(Iri(profile), new),
            results=(new,),
            speaking_for=Side.OWNER,
        )

    request = {"profile": profile, "name": name, "roles": sorted(roles), "until": until}
    (made,) = await act(world, call, "CREATE_API_KEY", request, decide)
    return ApiKey(made, secret if made == new else None)


def _role_problems(roles: list[Role]) -> Iterator[Problem]:
    if not roles:
        yield Problem("ROLES_EMPTY", {}, ("roles",))
    if Role.OPERATOR in roles:
        yield Problem("ROLE_NOT_GRANTABLE", {"role": Role.OPERATOR}, ("roles",))


async def register_persona(
    world: World,
    call: Call,
    *,
    persona: str,
    name: LanguageMap,
    learner: Iri | None = None,
) -> Iri:
    """Make a principal that development mode can sign in as `persona` (OPERATOR); `name` says who that is."""
    new = Iri(f"urn:graph-service:principal:{world.ulid(call.at)}")

    async def decide() -> Decision:
        call.principal.require("REGISTER_PERSONA", Side.OPERATOR, service_profile(world), call.at)
        principal = {
            "id": new,
            "name": name.text,
            "nameMap": name.to_json(),
            "language": name.base,
            "persona": persona,
            "learnerId": learner,
            "since": call.at,
            "until": OPEN_END,
            "readers": [new],
        }
        return Decision([Write("principal/create", {"principal": principal})], (new,), (new,), Side.OPERATOR)

    request = {"persona": persona, "name": dict(name), "learner": learner}
    (made,) = await act(world, call, "REGISTER_PERSONA", request, decide)
    return made


async def grant_role(
    world: World, call: Call, *, principal: str, profile: str, role: Role, until: str | None = None
) -> Iri:
    """Give a principal a role at a profile from now on (OWNER; the first owner by OPERATOR)."""
    with Intake() as take:
        take(iri, principal, ("principal",))
        take(iri, profile, ("profile",))
        if role is Role.OPERATOR:
            take.add([Problem("ROLE_NOT_GRANTABLE", {"role": role}, ("role",))])
        end = take(ending, until, call.at, ("until",))
    span = Span(call.at, end)
    missing = NotFound("principal or profile", f"{principal}, {profile}", ("principal",))

    async def decide() -> Decision:
        call.principal.require("GRANT_ROLE", Side.OWNER, Iri(profile), call.at)
        return Decision(
            [_grant(Iri(principal), Iri(profile), role, span, missing)],
            about=(Iri(profile), Iri(principal)),
            results=(Iri(principal),),
            speaking_for=Side.OWNER,
        )

    request = {"principal": principal, "profile": profile, "role": role, "until": until}
    (granted,) = await act(world, call, "GRANT_ROLE", request, decide)
    return granted


async def end_role(world: World, call: Call, *, principal: str, profile: str, role: Role) -> Iri:
    """End a role now (OWNER). An OWNER or OPERATOR can end only if another one lasts at least as long."""

    async def decide() -> Decision:
        call.principal.require("END_ROLE", Side.OWNER, Iri(profile), call.at)
        if role in _NEVER_NONE:
            place = {"principalId": principal, "profileId": profile, "role": role, "at": call.at}
            others = await world.store.read("principal/others", **place)
            if not others:
                raise NotFound("role", role, ("role",))
            if not others[0]:
                raise Conflict(Problem(f"LAST_{role}", {"profile": profile}, ("principal",)))
        ended = Write(
            "principal/end_role",
            {"principalId": principal, "profileId": profile, "role": role, "at": call.at, "kept": list(_NEVER_NONE)},
            # Two owners may end each other at once: the loser is judged anew, and then is the last one.
            otherwise=StaleVersion(profile, 0) if role in _NEVER_NONE else NotFound("role", role, ("role",)),
        )
        return Decision([ended], (Iri(profile), Iri(principal)), (Iri(principal),), Side.OWNER)

    request = {"principal": principal, "profile": profile, "role": role}
    (ended,) = await act(world, call, "END_ROLE", request, decide)
    return ended


def service_profile(world: World) -> Iri:
    """Return the id of the service's own profile, where operators have their role."""
    return Iri(f"{world.base_url}/profiles/{SERVICE_PROFILE}")


def operator(world: World, at: Instant, sign_in: Mapping[str, str]) -> tuple[Iri, list[Write]]:
    """Return the id of a new operator and the writes that make it; `sign_in`: its `keyHash` or `persona`."""
    new = Iri(f"urn:graph-service:principal:{world.ulid(at)}")
    principal = {"id": new, "name": "operator", "since": at, "until": OPEN_END, "readers": [new], **sign_in}
    return new, [
        Write("principal/create", {"principal": principal}),
        _grant(new, service_profile(world), Role.OPERATOR, Span(at)),
    ]


def new_secret(world: World) -> str:
    """Return a new API key: a prefix that scanners know, and 256 bits."""
    return KEY_PREFIX + base64.urlsafe_b64encode(world.secret(32)).decode().rstrip("=")


def _grant(principal: Iri, profile: Iri, role: Role, span: Span, otherwise: NotFound | None = None) -> Write:
    return Write(
        "principal/grant",
        {
            "principalId": principal,
            "profileId": profile,
            "role": {"role": role, "since": span.since, "until": span.until},
        },
        otherwise=otherwise,
    )


def key_hash(world: World, secret: str) -> str:
    """Return what is kept of an API key. Raises NotAuthenticated for what cannot be one."""
    if not secret.startswith(KEY_PREFIX) or len(secret) > 100:
        raise NotAuthenticated
    return world.envelope.keyed_hash(secret, "api-key")
