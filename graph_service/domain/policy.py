"""Who may speak for which side, and for whom one may read. One pure table.

Policy says for which side somebody may speak; a life cycle says which side may move. Neither repeats the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum

from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.time import Instant, Span
from graph_service.errors import NotPermitted


class Role(StrEnum):
    """What somebody is at a profile, for a span of time."""

    OWNER = "OWNER"  # members, keys and the profile itself
    ENDORSER = "ENDORSER"  # requests, offers, signs and revokes endorsements
    ISSUER = "ISSUER"  # achievements and awards
    EDITOR = "EDITOR"  # pathways and frameworks
    VIEWER = "VIEWER"  # private reading only
    OPERATOR = "OPERATOR"  # runs the service; held at the service's own profile


SPEAKS_FOR: Mapping[Role, Set[Side]] = {
    Role.OWNER: frozenset({Side.OWNER}),
    Role.ENDORSER: frozenset({Side.ENDORSER, Side.ENDORSED}),
    Role.ISSUER: frozenset({Side.ISSUER}),
    Role.EDITOR: frozenset({Side.EDITOR}),
    Role.VIEWER: frozenset(),
    Role.OPERATOR: frozenset({Side.OPERATOR}),
}


@dataclass(frozen=True, slots=True)
class Membership:
    """A role at a profile while the span holds."""

    role: Role
    profile: Iri
    span: Span


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a person or an application, with its memberships and, for a learner, the own record."""

    id: Iri
    memberships: tuple[Membership, ...] = ()
    learner: Iri | None = None

    def sides(self, profile: Iri, at: Instant) -> frozenset[Side]:
        """Return the sides this principal may speak for at `profile`."""
        held = (m for m in self.memberships if m.profile == profile and m.span.holds(at))
        return frozenset[Side]().union(*(SPEAKS_FOR[m.role] for m in held))

    def operates(self, at: Instant) -> bool:
        """Tell whether this principal runs the service."""
        return any(m.role is Role.OPERATOR and m.span.holds(at) for m in self.memberships)

    def readers(self, at: Instant) -> tuple[Iri, ...]:
        """Return the ids this principal reads for: every profile with a role, and the own learner."""
        profiles = {m.profile for m in self.memberships if m.span.holds(at)}
        return (*sorted(profiles), *([self.learner] if self.learner else []))

    def require(self, action: str, side: Side, profile: Iri, at: Instant) -> None:
        """Raise NotPermitted unless this principal may speak for `side` at `profile`, or runs the service.

        OPERATOR may do what an OWNER may: somebody must appoint the first one. Who appoints can make others speak for
        a profile; every appointment leaves an event.
        """
        if side in self.sides(profile, at):
            return
        if side in (Side.OWNER, Side.OPERATOR) and self.operates(at):
            return
        raise NotPermitted(action, [side])


PUBLIC = Principal(Iri("urn:graph-service:public"))
"""Everybody else."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Whose business an endorsement is."""

    endorser: Iri  # the endorsing profile
    owner: Iri  # the profile that owns the target (the target itself, if a profile)
    holder: Iri | None = None  # the learner, if the target is an award
    requested_by: Iri | None = None  # the principal that asked
    invited: Iri | None = None  # the invitation, if somebody without an account is asked: only it answers

    def sides(self, principal: Principal, at: Instant) -> frozenset[Side]:
        """Return the sides `principal` may speak for in this matter.

        Who asked does not also decide: a requester never speaks for the endorser of the same request.
        """
        sides: set[Side] = set()
        answers = principal.id != self.requested_by and self.invited in (None, principal.id)
        if answers and Side.ENDORSER in principal.sides(self.endorser, at):
            sides.add(Side.ENDORSER)
        if Side.ENDORSED in principal.sides(self.owner, at):
            sides |= {Side.ENDORSED, Side.REQUESTER}
        if self.holder is not None and principal.learner == self.holder:
            sides |= {Side.HOLDER, Side.REQUESTER}
        return frozenset(sides)

    @property
    def within_one(self) -> bool:
        """Tell whether a profile endorses what is its own."""
        return self.endorser == self.owner

    def is_own(self, principal: Principal, at: Instant) -> bool:
        """Tell whether `principal` would endorse its own: within one profile, as the holder, or with a role there.

        Any role at the owner that speaks counts: who publishes a badge, writes a pathway or appoints others.
        """
        holds = self.holder is not None and principal.learner == self.holder
        return self.within_one or holds or bool(principal.sides(self.owner, at))
