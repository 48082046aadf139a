"""Sentences for people, by code: one TOML file a language. A problem has a message and a hint what to do next."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import cast

from graph_service.errors import Problem

LANGUAGES = ("en", "ja")

_OPEN_END = "9999-12-31T23:59:59Z"  # as `domain.time` has it, which this layer does not know


@cache
def catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the sentences of one language: {code: {message, hint}}."""
    text = files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return cast(Mapping[str, Mapping[str, str]], tomllib.loads(text))


class _Shown(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def sentence(problem: Problem, language: str) -> tuple[str, str]:
    """Return (message, hint) of a problem. A code without a sentence is shown as itself: still findable."""
    entry = catalogue(language).get(problem.code) or {"message": problem.code}
    values, hint = _Shown(problem.values), entry.get("hint", "")
    if "what" in values:
        noun = _noun(str(values["what"]), language)
        values["what"], hint = noun["message"], noun.get("hint", hint)
    if values.get("until") == _OPEN_END:
        values["until"] = phrase("WEB_OPEN_END", language)
    if (reason := catalogue(language).get(str(values.get("reason")))) is not None:  # a code, and not words
        values["reason"] = reason["message"].format_map(values)
    return entry["message"].format_map(values), hint.format_map(values)


def _noun(what: str, language: str) -> Mapping[str, str]:
    """Return what something is called in a language, itself if it has no name there; and a hint of its own, if any."""
    return catalogue(language).get(f"WHAT_{what.upper().replace(' ', '_')}") or {"message": what}


def problem_json(problem: Problem, language: str) -> dict[str, object]:
    """Return a problem as JSON; one of a table also with its line, its column and the value that stands there.

    The name of the table's file may stand before its line.
    """
    message, hint = sentence(problem, language)
    shown: dict[str, object] = {"code": problem.code, "message": message, "hint": hint, "path": list(problem.path)}
    match problem.path:
        case ("line", line, *column) | (_, "line", int(line), *column):
            shown |= {"line": line, "column": column[0] if column else None, "value": problem.values.get("cell")}
    return shown


def phrase(code: str, language: str, **values: object) -> str:
    """Return a phrase that is not a problem, e.g. the title of a credential."""
    return catalogue(language if language in LANGUAGES else "en")[code]["message"].format_map(_Shown(values))


def preferred(accept_language: str) -> str:
    """Return the interface language for an Accept-Language header (RFC 9110 §12.5.4): ours, else English."""
    best, best_weight = LANGUAGES[0], 0.0
    for part in accept_language.split(",")[:20]:
        tag, _, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        language = tag.strip().lower().split("-")[0]
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best
