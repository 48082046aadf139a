"""The first act in a new installation: the service's own profile and its first operator."""

from __future__ import annotations

from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.lifecycle import Side
from graph_service.domain.policy import Principal
from graph_service.domain.profile import ProfileDraft
from graph_service.domain.time import Instant
from graph_service.errors import AlreadyExists
from graph_service.services import access, profiles
from graph_service.services.call import Call, Decision, World, act
from graph_service.store import Write

FOUNDER = Principal(Iri("urn:graph-service:founder"))
"""Who acts when nobody exists yet; holds no role and can do nothing else."""

_SEALED_FOR = "installation"
"""What a sealed nothing is sealed for, by which a wrong master key is known also if no key is sealed here."""
_NAME = LanguageMap({"en": "Graph Service", "ja": "グラフサービス"})


async def found(world: World, at: Instant) -> str:
    """Make the service's profile and one OPERATOR; return its API key, which is shown this once.

    Raises AlreadyExists if the installation was founded before.
    """
    secret = access.new_secret(world)
    if not await _found(
        world, Call(FOUNDER, at), access.operator(world, at, {"keyHash": access.key_hash(world, secret)})
    ):
        raise AlreadyExists("operator")
    return secret


async def check_master_key(world: World) -> None:
    """Open what was sealed when this installation was founded. Raises ConfigurationError (MASTER_KEY_WRONG)."""
    for each in await world.store.read("installation/sealed", profileId=access.service_profile(world)):
        world.envelope.open(each["sealed"], each["id"])


async def found_demo(world: World, call: Call, persona: str) -> None:
    """Make the service's profile and an OPERATOR that development mode signs in by name."""
    await _found(world, call, access.operator(world, call.at, {"persona": persona}))


async def _found(world: World, call: Call, operator: tuple[Iri, list[Write]]) -> bool:
    principal, writes = operator
    profile, draft = access.service_profile(world), ProfileDraft(_NAME, slug=access.SERVICE_PROFILE)
    sealed = world.envelope.seal(b"", _SEALED_FOR, world.secret(12))

    async def decide() -> Decision:
        creation = await profiles.creation(world, call.at, profile, draft)
        sealing = Write("installation/seal", {"sealed": sealed})
        return Decision([sealing, creation, *writes], (profile, principal), (profile,), Side.OPERATOR)

    exists = bool(await world.store.read("profile/controller", id=profile))
    if exists and call.idempotency_key is None:
        return False
    await act(world, call, "FOUND_INSTALLATION", {}, decide)
    return True
