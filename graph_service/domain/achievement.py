"""Achievements: what can be earned (OB 3.0 `Achievement`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graph_service.domain.language import LanguageMap
from graph_service.domain.result import ResultDescription


class AchievementType(StrEnum):
    """The OB 3.0 achievement types that a training provider uses (OB 3.0 §B.1.3; the list is open there)."""

    BADGE = "Badge"
    CERTIFICATE = "Certificate"
    CERTIFICATION = "Certification"
    COMPETENCY = "Competency"
    COURSE = "Course"
    LEARNING_PROGRAM = "LearningProgram"
    LICENSE = "License"
    MICRO_CREDENTIAL = "MicroCredential"


@dataclass(frozen=True, slots=True)
class AchievementDraft:
    """The content of one version of an achievement."""

    name: LanguageMap
    description: LanguageMap
    criteria: LanguageMap
    achievement_type: AchievementType = AchievementType.BADGE
    field_of_study: LanguageMap | None = None
    results: tuple[ResultDescription, ...] = ()
