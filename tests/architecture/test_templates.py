"""Pages hold no sentence of their own, ask what the schema can answer, and load nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import parse, validate

from graph_service.locale import LANGUAGES, catalogue
from graph_service.schema import SCHEMA
from graph_service.web.pages import question, text

WEB = Path(__file__).parents[2] / "graph_service/web"
TEMPLATES = sorted((WEB / "pages").glob("*.html"))
DOCUMENTS = sorted(file.stem for file in (WEB / "pages").glob("*.graphql") if file.stem != "fragments")
SAID = re.compile(r"""["'](WEB_[A-Z0-9_]+)["'](\s*~)?""")


def said() -> tuple[set[str], set[str]]:
    """Return the codes that are said as they stand, and the beginnings of those that are put together."""
    whole, beginnings = set(), set()
    for file in (*TEMPLATES, *WEB.rglob("*.py")):
        for code, joined in SAID.findall(file.read_text(encoding="utf-8")):
            (beginnings if joined or code.endswith("_") else whole).add(code)
    whole |= {f"{code}_ONE" for code in whole if f"{code}_ONE" in catalogue("en")}
    return whole, beginnings | {"WEB_TYPE_", "WEB_VERDICT_", "WEB_CLAIM_"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_said_has_a_sentence_and_nothing_is_left_over(language: str) -> None:
    whole, beginnings = said()
    sentences = {code for code in catalogue(language) if code.startswith("WEB_")}
    assert whole <= sentences
    assert {code for code in sentences - whole if not code.startswith(tuple(beginnings))} == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_words(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", template.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"<pre.*?</pre>", " ", text, flags=re.S)  # commands
    words = re.sub(r"<[^>]*>", " ", text).replace("Graph Service", " ")
    assert re.findall(r"[^\W\d_]{2,}", words) == []
    assert re.findall(r'(?:alt|title|aria-label|placeholder)="[^"]*\w[^"]*"', text) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_fits_the_content_security_policy(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|https?://|\|\s*safe", text)


def test_the_style_sheet_loads_nothing() -> None:
    assert not re.search(r"url\(|@import", (WEB / "static/style.css").read_text(encoding="utf-8"))


def test_every_length_and_colour_of_a_component_is_a_token() -> None:
    _, _, components = (WEB / "static/style.css").read_text(encoding="utf-8").partition("* { box-sizing")
    components = re.sub(r"@media print.*", "", components, flags=re.S)
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", components)) <= {"#ffffff"}  # behind a QR code, in both schemes


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_asks_what_the_schema_answers(name: str) -> None:
    assert validate(SCHEMA.graphql, parse(question(name))) == []


def test_every_shared_fragment_is_spread_in_several_places() -> None:
    spread = [text(f"{name}.graphql") for name in (*DOCUMENTS, "fragments")]
    for name in re.findall(r"fragment (\w+) on", text("fragments.graphql")):
        assert sum(each.count(f"...{name} ") + each.count(f"...{name}\n") for each in spread) > 1, name
