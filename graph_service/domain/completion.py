"""Completion, as it is kept for lists: what became of the output, and how a kept completion is found again."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256

from graph_service.domain.iri import Iri


class Review(StrEnum):
    """What becomes of the output of a pathway that somebody completed."""

    WAITS_FOR_CONSENT = "WAITS_FOR_CONSENT"  # the owner may not know yet that it is complete
    PENDING = "PENDING"  # the owner has to decide
    AWARDED = "AWARDED"
    DECLINED = "DECLINED"


def pair(of: str, learner: str) -> str:
    """Return the key of what a learner has one of: of a pathway a completion, of a version an output."""
    return f"{of}|{learner}"


def name_of(key: str) -> str:
    """Return the last part of an identifier that follows from a key: made anew, a thing has the id that it had."""
    return sha256(key.encode()).hexdigest()[:32]


def completion_id(base_url: str, pathway: str, learner: str) -> Iri:
    """Return the identifier of the completion of a learner."""
    return Iri(f"{base_url}/completions/{name_of(pair(pathway, learner))}")


def output_id(base_url: str, version: str, learner: str) -> Iri:
    """Return the identifier of what was decided about the output of a version for a learner."""
    return Iri(f"{base_url}/outputs/{name_of(pair(version, learner))}")
