"""What can go wrong, as one tree.

    GraphServiceError
    ├─ InvalidInput              something given is not acceptable; every problem is listed
    │  └─ PathwayInvalid         a pathway that cannot be published
    ├─ NotFound                  no such thing, or none that the asker may know of
    │  └─ SecretUnknown          no link or code like this
    ├─ NotAuthenticated          credentials were given and are not good
    ├─ NotPermitted              the asker may not speak for the side that this action needs
    ├─ Conflict
    │  ├─ AlreadyExists          a unique value is taken
    │  ├─ IllegalTransition      the life cycle has no such move from this state
    │  ├─ StaleVersion           somebody else changed it first
    │  ├─ Overtaken              the same, where nobody named a version
    │  └─ KeyReused              an idempotency key came back with another request
    ├─ CredentialError           a document cannot be signed, read or verified
    │  └─ ProofError             the proof cannot be made or does not hold
    ├─ LimitExceeded             too large, too deep, too costly
    ├─ Unavailable               a part we depend on does not answer; trying again may help
    │  └─ DeadlineExceeded       it did not answer in time
    ├─ Unreachable               what lies at an address of somebody else could not be had
    └─ ConfigurationError        at start only; lists every bad setting at once

An error carries one or more problems. A problem is a stable `code`, the `values` that its sentence needs,
and the `path` of the place in the input. Sentences in people's languages stand in `locale/` by code;
`schema/errors.py` and `web/errors.py` decide how an error looks on the wire. Nothing here knows either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a code in UPPER_SNAKE, values for its sentence, the place in the input."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    path: Path = ()

    def under(self, *prefix: str | int) -> Problem:
        """Return the same problem seen from further out: `prefix` is put before its path."""
        return Problem(self.code, self.values, (*prefix, *self.path))


class GraphServiceError(Exception):
    """Root of the tree. `problems` is never empty."""

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("an error needs at least one problem")
        self.problems = problems
        super().__init__("; ".join(f"{p.code} {dict(p.values)} at {list(p.path)}" for p in problems))

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code


class InvalidInput(GraphServiceError):
    """Something given is not acceptable."""


class PathwayInvalid(InvalidInput):
    """A pathway breaks rules of publishing."""


class NotFound(GraphServiceError):
    """No such thing, or none that the asker may know of."""

    def __init__(self, what: str, id: str, path: Path = ()) -> None:
        super().__init__(Problem("NOT_FOUND", {"what": what, "id": id}, path))


class SecretUnknown(NotFound):
    """No link or code like this; one answer whatever is wrong with it, and it is not repeated."""

    def __init__(self) -> None:
        GraphServiceError.__init__(self, Problem("INVITATION_UNKNOWN"))


class NotAuthenticated(GraphServiceError):
    """Credentials were given and are not good: unknown, expired, or not of this mode."""

    def __init__(self, code: str = "NOT_AUTHENTICATED") -> None:
        super().__init__(Problem(code))


class NotPermitted(GraphServiceError):
    """The asker may not speak for any side that may do this."""

    def __init__(self, action: str, only: Iterable[str]) -> None:
        super().__init__(Problem("NOT_PERMITTED", {"action": action, "only": ", ".join(sorted(only))}))


class Conflict(GraphServiceError):
    """The state of the world does not allow this now."""


class AlreadyExists(Conflict):
    """A unique value is taken."""

    def __init__(self, what: str, id: str = "", path: Path = ()) -> None:
        super().__init__(Problem("ALREADY_EXISTS", {"what": what, "id": id}, path))


class IllegalTransition(Conflict):
    """The life cycle has no such move from this state."""

    def __init__(self, state: str, action: str, allowed: Iterable[str]) -> None:
        possible = ", ".join(sorted(allowed)) or "-"
        super().__init__(Problem("ILLEGAL_TRANSITION", {"state": state, "action": action, "allowed": possible}))


class StaleVersion(Conflict):
    """Somebody else changed it first."""

    def __init__(self, id: str, expected: int) -> None:
        super().__init__(Problem("STALE_VERSION", {"id": id, "expected": expected}))


class Overtaken(Conflict):
    """What an action rests on was changed while it was under way."""

    def __init__(self, id: str) -> None:
        super().__init__(Problem("OVERTAKEN", {"id": id}))


class KeyReused(Conflict):
    """An idempotency key came back with another request."""

    def __init__(self, key: str) -> None:
        super().__init__(Problem("IDEMPOTENCY_KEY_REUSED", {"key": key}, ("idempotencyKey",)))


class CredentialError(GraphServiceError):
    """A document cannot be signed, read or verified."""


class ProofError(CredentialError):
    """A proof cannot be made or does not hold; `code` is the W3C one."""


_IN_BYTES = frozenset({"bytes", "body"})


class LimitExceeded(GraphServiceError):
    """Too large, too deep, too costly; says the limit."""

    def __init__(self, what: str, limit: int, path: Path = ()) -> None:
        told = _size(limit) if what in _IN_BYTES else limit
        super().__init__(Problem("LIMIT_EXCEEDED", {"what": "size" if what == "bytes" else what, "limit": told}, path))


def _size(count: int) -> str:
    return f"{count >> 20} MB" if count >> 20 else f"{count >> 10} KB"


class Unavailable(GraphServiceError):
    """A part we depend on does not answer; trying again may help."""

    def __init__(self, what: str, code: str = "UNAVAILABLE") -> None:
        super().__init__(Problem(code, {"what": what}))


class DeadlineExceeded(Unavailable):
    """It did not answer in time."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "DEADLINE_EXCEEDED")


class Unreachable(GraphServiceError):
    """What lies at an address of somebody else could not be had, or may not be asked for; `code` tells why."""


class ConfigurationError(GraphServiceError):
    """The service cannot start as it is configured."""
