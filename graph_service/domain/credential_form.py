"""The forms in which a document is signed: the same statement, for readers of different kinds."""

from __future__ import annotations

from enum import StrEnum


class CredentialForm(StrEnum):
    """How a document is signed."""

    DATA_INTEGRITY = "DATA_INTEGRITY"
    JWT = "JWT"
