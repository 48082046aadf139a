"""What happened: audit entry, outbox message and idempotency key in one record."""

from __future__ import annotations

from dataclasses import dataclass

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant


@dataclass(frozen=True, slots=True)
class Event:
    """One write. Carries ids, versions and digests, never personal text; once recorded it does not change."""

    id: Iri
    key: str  # unique; the asker's idempotency key (scoped to asker and action) or the event's own id
    at: Instant
    action: str  # UPPER_SNAKE, e.g. ENDORSEMENT_ISSUE
    actor: Iri  # the principal
    speaking_for: str  # the side or role in which it acted
    about: tuple[Iri, ...]  # entities concerned; each must exist when the write is done
    results: tuple[Iri, ...]  # what the action answered; a replay answers the same
    request: str  # digest of the request: a key that comes back with another one is refused
    request_id: str = ""
