"""Every code has a sentence in every language, with the values that the code gives."""

import ast
import re
import string
from pathlib import Path

import pytest

from graph_service.domain.time import OPEN_END
from graph_service.errors import Problem
from graph_service.locale import LANGUAGES, catalogue, preferred, sentence

PACKAGE = Path(__file__).parents[2] / "graph_service"
CODE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\Z")


def codes_in_source() -> dict[str, set[str] | None]:
    """Return {code: names of its values} of every `Problem("CODE", {...})`; None where they are not written there."""
    found: dict[str, set[str] | None] = {}
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "Problem"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                code = str(node.args[0].value)
                found[code] = _merged(found.get(code, set()), node.args[1] if len(node.args) > 1 else ast.Dict([], []))
    return found


def _merged(known: set[str] | None, values: ast.expr) -> set[str] | None:
    if known is None or not isinstance(values, ast.Dict):
        return None
    return known | {str(key.value) for key in values.keys if isinstance(key, ast.Constant)}


def test_the_search_finds_codes() -> None:
    assert {"INVALID_IRI", "NOT_FOUND", "SETTING_UNKNOWN"} <= codes_in_source().keys()


@pytest.mark.parametrize(("language", "told"), [("en", "(end: without end)"), ("ja", "（期限: 期限なし）")])
def test_what_has_no_end_is_said_to_have_none(language: str, told: str) -> None:
    assert told in sentence(Problem("ALREADY_WAIVED", {"id": "x", "until": OPEN_END}), language)[0]
    assert "2026" in sentence(Problem("ALREADY_WAIVED", {"id": "x", "until": "2026-04-01T00:00:00Z"}), language)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_limited_may_have_a_hint_of_its_own(language: str) -> None:
    problems = [Problem("LIMIT_EXCEEDED", {"what": what, "limit": 1}) for what in ("body", "rows")]
    body, rows = (sentence(each, language)[1] for each in problems)
    assert body == catalogue(language)["WHAT_BODY"]["hint"]
    assert rows == catalogue(language)["LIMIT_EXCEEDED"]["hint"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence_and_a_hint(language: str) -> None:
    missing = [
        code
        for code in codes_in_source()
        if not catalogue(language).get(code, {}).get("message") or not catalogue(language)[code].get("hint")
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_use_only_values_that_the_code_gives(language: str) -> None:
    given = {code: names for code, names in codes_in_source().items() if names is not None}
    wrong = {
        code: sorted(fields - given[code])
        for code, entry in catalogue(language).items()
        if code in given
        for fields in [{name for text in entry.values() for _, name, _, _ in string.Formatter().parse(text) if name}]
        if fields - given[code]
    }
    assert wrong == {}


def test_both_languages_have_the_same_codes() -> None:
    assert catalogue("en").keys() == catalogue("ja").keys()


def test_values_from_outside_are_never_read_as_a_format() -> None:
    message, _ = sentence(Problem("INVALID_IRI", {"value": "{limit} {0.__class__}"}), "en")
    assert "{limit} {0.__class__}" in message


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "en"), ("ja", "ja"), ("fr, ja;q=0.5, en;q=0.4", "ja"), ("en-GB,ja;q=0.9", "en"), ("ja;q=x", "en")],
)
def test_the_interface_language_follows_the_header(header: str, language: str) -> None:
    assert preferred(header) == language
