"""Consent: what a learner lets a profile see, for one purpose, until a date."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """What a consent is for. It covers nothing else."""

    PROGRESS = "PROGRESS"  # how far the learner is toward pathways, and by which awards
