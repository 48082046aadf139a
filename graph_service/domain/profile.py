"""Profiles: boards, universities, schools and persons (OB 3.0 `Profile`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from graph_service.domain.iri import Iri, iri
from graph_service.domain.language import LanguageMap
from graph_service.errors import InvalidInput, Path, Problem

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\Z")
NAME_LIMIT = 300


class Kind(StrEnum):
    """What kind of party a profile is."""

    BOARD = "BOARD"
    UNIVERSITY = "UNIVERSITY"
    SCHOOL = "SCHOOL"
    ASSOCIATION = "ASSOCIATION"
    COMPANY = "COMPANY"
    PERSON = "PERSON"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """What is known of a profile before it has an id."""

    name: LanguageMap
    description: LanguageMap | None = None
    url: str | None = None
    slug: str | None = None
    part_of: Iri | None = None
    kind: Kind = Kind.OTHER


def slug(text: str, path: Path = ()) -> str:
    """Read the last part of a profile's own IRI. Raises InvalidInput (INVALID_SLUG)."""
    if not _SLUG.match(text):
        raise InvalidInput(Problem("INVALID_SLUG", {"value": text[:64]}, path))
    return text


def web_address(text: str, path: Path = ()) -> str:
    """Read an http(s) address. Raises InvalidInput (INVALID_URL)."""
    try:
        parts = urlsplit(iri(text))
        good = parts.scheme in ("http", "https") and parts.hostname is not None
    except (InvalidInput, ValueError):
        good = False
    if not good:
        raise InvalidInput(Problem("INVALID_URL", {"value": text[:200]}, path))
    return text
