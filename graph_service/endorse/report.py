"""What verification answers: checks, and conclusions drawn from them; never one yes or no."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from graph_service.endorse.jsontext import Document
from graph_service.errors import Path, Problem


class Outcome(StrEnum):
    """What a check came to. Unknown is never good."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What all conclusions on a credential and on what it carries come to, in one word; trust is no part of it."""

    GOOD = "good"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Name(StrEnum):
    """What is checked."""

    DOCUMENT = "document"  # can be read, and is a credential of a known kind
    KEY = "key"  # its controller publishes it for assertions; it is neither revoked nor expired
    PROOF = "proof"  # the signature holds and covers the whole document
    ISSUER = "issuer"  # the key is the issuer's, and nobody else's
    DATES = "dates"  # it holds at the instant asked about
    STATUS = "status"  # it is neither revoked nor suspended
    SUBJECT = "subject"  # it is about what it is embedded in
    HOSTED = "hosted"  # the same lies at the issuer's own site (Open Badges 2.0, which need not be signed)


_AUTHENTIC = frozenset({Name.DOCUMENT, Name.KEY, Name.PROOF, Name.ISSUER})
_CURRENT = frozenset({Name.DATES, Name.STATUS})

# What leaves a question open: something could not be had, or is of a kind that is not known here. Every other problem
# answers it with no.
_OPEN = frozenset(
    {
        "CONTROLLER_UNAVAILABLE",
        "DOCUMENT_UNAVAILABLE",
        "FETCH_FAILED",
        "FETCH_OFF",
        "FETCH_REDIRECTED",
        "FETCH_REFUSED",
        "FETCH_TIMED_OUT",
        "FETCH_TOO_LARGE",
        "FETCH_TOO_MANY",
        "FILE_UNREADABLE",
        "HOSTED_UNAVAILABLE",
        "KEY_NOT_NAMED",
        "MAY_BE_WITHHELD",
        "NOT_CHECKED",
        "NOT_OPENED",
        "NOT_SIGNED",
        "RANGE_ERROR",
        "STATUS_ISSUER_MISMATCH",
        "STATUS_LIST_LENGTH_ERROR",
        "STATUS_LIST_MISMATCH",
        "STATUS_LIST_NOT_CURRENT",
        "STATUS_RETRIEVAL_ERROR",
        "STATUS_VERIFICATION_ERROR",
        "UNKNOWN_CONTEXT",
        "SUBJECT_ELSEWHERE",
        "UNSUPPORTED_CONTROLLER",
        "UNSUPPORTED_FORM",
        "UNSUPPORTED_PROOF",
        "UNSUPPORTED_STATUS",
        "UNSUPPORTED_TYPE",
    }
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `path` is its place in the outermost document."""

    name: Name
    outcome: Outcome
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    path: Path = ()

    @property
    def problem(self) -> Problem:
        """What it came to, as there is a sentence for it; of a check that is ok too."""
        return Problem(self.code, self.values, self.path)


def checks(name: Name, problems: Iterable[Problem], place: Path = (), *, good: str = "") -> tuple[Check, ...]:
    """Return a check for each problem, or the one check that found none; `good` is its code if not the usual one."""
    return tuple(
        Check(
            name,
            Outcome.UNKNOWN if problem.code in _OPEN else Outcome.FAILED,
            problem.code,
            problem.values,
            (*place, *problem.path),
        )
        for problem in problems
    ) or (Check(name, Outcome.OK, good or f"{name.name}_OK", path=place),)


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of one credential, and of the endorsements embedded in it."""

    id: str  # of the credential; empty if it could not be read
    issuer: str
    path: Path  # where it stands in the outermost document
    checks: tuple[Check, ...]
    trusted: bool | None = None  # authentic, and its issuer is in the reader's trust list; None if none was asked
    embedded: tuple[Report, ...] = ()
    document: Document | None = None  # as it was read; what it says is worth what the checks say

    @property
    def authentic(self) -> Outcome:
        """Tell whether its issuer signed all of it."""
        return self._worst(_AUTHENTIC)

    @property
    def current(self) -> Outcome:
        """Tell whether it holds at the instant asked about."""
        return self._worst(_CURRENT)

    @property
    def about_subject(self) -> Outcome:
        """Tell whether it speaks of what it is embedded in."""
        return self._worst({Name.SUBJECT})

    @property
    def hosted(self) -> Outcome | None:
        """Tell whether the issuer's own site has the same; None where that is not asked. It is less than authentic."""
        return self._worst({Name.HOSTED}) if any(check.name is Name.HOSTED for check in self.checks) else None

    @property
    def verdict(self) -> Verdict:
        """Tell whether all of it holds, with what is embedded."""
        outcomes = {self.authentic, self.current, self.about_subject, self.hosted}
        inner = {report.verdict for report in self.embedded}
        if Outcome.FAILED in outcomes or Verdict.FAILED in inner:
            return Verdict.FAILED
        return Verdict.UNKNOWN if Outcome.UNKNOWN in outcomes or Verdict.UNKNOWN in inner else Verdict.GOOD

    @property
    def exit_code(self) -> int:
        """0: all of it holds, with what is embedded; 1: something failed; 3: something is unknown."""
        return {Verdict.GOOD: 0, Verdict.FAILED: 1, Verdict.UNKNOWN: 3}[self.verdict]

    def _worst(self, of: Collection[Name]) -> Outcome:
        outcomes = {check.outcome for check in self.checks if check.name in of}
        if Outcome.FAILED in outcomes:
            return Outcome.FAILED
        return Outcome.OK if outcomes == {Outcome.OK} else Outcome.UNKNOWN
