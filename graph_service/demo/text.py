"""Texts of the demo: each is written in Japanese and in English."""

from __future__ import annotations

from graph_service.domain.language import LanguageMap

Text = tuple[str, str]
"""Japanese, English."""


def both(text: Text) -> LanguageMap:
    """Return a text in both languages."""
    japanese, english = text
    return LanguageMap({"ja": japanese, "en": english})
