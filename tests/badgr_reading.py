"""A second, slow reading of Badgr exports: who has completed what, straight from the file.

Written from the vendor's rules (an element is complete if its children, its badges and the elements before it are,
as far as it names any; or by a shortcut), without a line of ours in between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import Any

Element = dict[str, Any]


def every(element: Element) -> Iterator[Element]:
    """The element and all below it."""
    yield element
    for child in element["children"]:
        yield from every(child)


def badges(element: Element) -> set[str]:
    """The badges that an element names itself: required ones, shortcuts and the completion badge."""
    rules = element["requirements"]
    named = [*rules["badgeRequirements"]["requiredBadges"], *rules["shortcutBadges"]]
    return {
        badge["badgeUrl"] for badge in [*named, *([element["completionBadge"]] if element["completionBadge"] else [])]
    }


class Reading:
    """One export, and one learner's badges."""

    def __init__(self, export: Element, held: Collection[str]) -> None:
        self.elements = {element["elementId"]: element for element in every(export)}
        self.held = held
        self.known: dict[str, Fraction] = {}

    def progress(self, element_id: str) -> Fraction:
        """How far; 1 is complete."""
        if element_id not in self.known:
            self.known[element_id] = self._progress(self.elements[element_id])
        return self.known[element_id]

    def _progress(self, element: Element) -> Fraction:
        rules = element["requirements"]
        shortcuts = {badge["badgeUrl"] for badge in rules["shortcutBadges"]}
        if element["completionBadge"] and rules["allowCompletionBadgeShortcut"]:
            shortcuts.add(element["completionBadge"]["badgeUrl"])
        if shortcuts & set(self.held):
            return Fraction(1)
        children = [c["elementId"] for c in element["children"] if c["requiredForParentCompletion"]]
        before = rules["nonChildElementRequirements"]
        asked = rules["badgeRequirements"]
        parts = [
            self._part(rules["childElementRequirements"], [self.progress(child) for child in children]),
            self._part(before, [self.progress(other) for other in before["elementIds"]]),
            self._part(asked, [Fraction(badge["badgeUrl"] in self.held) for badge in asked["requiredBadges"]]),
        ]
        found = [part for part in parts if part is not None]
        return sum(found, Fraction(0)) / len(found)

    def _part(self, part: Element, shares: list[Fraction]) -> Fraction | None:
        rule = part["countRule"]
        wanted = rule["requiredCount"] if rule["@type"] == "atLeastN" else len(shares)
        if not shares or not wanted:
            return None
        return sum(sorted(shares, reverse=True)[:wanted], Fraction(0)) / wanted
