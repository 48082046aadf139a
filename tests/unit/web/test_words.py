"""What pages say: dates of Japan, languages, links."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from graph_service.web.pages.words import Words, path_of

BASE = "https://graph-service.example"
JA, EN = Words("ja", BASE, "/credentials/1"), Words("en", BASE, "/")


@pytest.mark.parametrize(
    ("at", "shown"),
    [("2026-06-30T14:59:59Z", "2026年6月30日"), ("2026-06-30T15:00:00Z", "2026年7月1日")],
)
def test_a_day_is_one_in_japan(at: str, shown: str) -> None:
    assert JA.day(at) == Markup(f'<time datetime="{at}">{shown}</time>')


def test_what_ends_at_midnight_ends_with_the_day_before() -> None:
    assert "2027年3月31日" in JA.last_day("2027-03-31T15:00:00Z")
    assert "2027年3月31日" in JA.last_day("2027-03-31T14:59:59Z")
    assert "31 March 2027" in EN.last_day("2027-03-31T15:00:00Z")


@pytest.mark.parametrize(
    ("at", "day", "last_day", "time", "year"),
    [
        ("9999-12-31T14:59:59Z", "9999年12月31日", "9999年12月31日", "23:59", "令和7981年度"),
        ("9999-12-31T15:00:00Z", "9999年12月31日", "9999年12月31日", "23:59", "令和7981年度"),
        ("9999-12-31T23:59:59Z", "9999年12月31日", "9999年12月31日", "23:59", "令和7981年度"),
        ("0001-01-01T00:00:00Z", "1年1月1日", "1年1月1日", "09:00", "0年度"),
        ("0001-12-31T15:00:00Z", "2年1月1日", "1年12月31日", "00:00", "1年度"),
    ],
)
def test_both_ends_of_time_have_a_day(at: str, day: str, last_day: str, time: str, year: str) -> None:
    shown = Markup('<time datetime="{}">{}</time>').format
    assert (JA.day(at), JA.last_day(at)) == (shown(at, day), shown(at, last_day))
    assert (JA.moment(at), JA.year(at)) == (shown(at, f"{day} {time}"), year)


@pytest.mark.parametrize(
    ("at", "year"),
    [
        ("2026-03-31T14:59:59Z", "令和7年度"),
        ("2026-03-31T15:00:00Z", "令和8年度"),
        ("2027-01-01T00:00:00Z", "令和8年度"),
        ("2019-05-01T00:00:00Z", "令和元年度"),
        ("2019-03-31T15:00:00Z", "令和元年度"),
        ("2019-03-31T14:59:59Z", "平成30年度"),
        ("2010-06-01T00:00:00Z", "平成22年度"),
        ("1989-06-01T00:00:00Z", "平成元年度"),
        ("1989-03-31T14:59:59Z", "昭和63年度"),
        ("1926-06-01T00:00:00Z", "昭和元年度"),
        ("1926-03-31T14:59:59Z", "1925年度"),
    ],
)
def test_a_fiscal_year_begins_in_april(at: str, year: str) -> None:
    assert JA.year(at) == year


def test_a_text_is_marked_where_it_is_in_another_language() -> None:
    texts = [{"language": "ja", "text": "危機<管理>"}, {"language": "fr", "text": "Crise"}]
    assert JA.text(texts) == "<bdi>危機&lt;管理&gt;</bdi>"
    assert EN.text(texts) == '<bdi lang="ja">危機&lt;管理&gt;</bdi>'
    assert EN.text(None, "<none>") == "<bdi>&lt;none&gt;</bdi>"


def test_values_of_sentences_are_escaped_unless_they_are_markup() -> None:
    said = EN.say("WEB_CLAIM_ENDORSE", endorser="<i>", target=Markup("<b>x</b>"))
    assert said == "&lt;i&gt; endorses “<b>x</b>”"


def test_instants_in_a_sentence_of_the_api_become_days() -> None:
    assert EN.told("<ends> 2026-07-01T00:00:00Z.") == (
        '&lt;ends&gt; <time datetime="2026-07-01T00:00:00Z">1 July 2026</time>.'
    )


@pytest.mark.parametrize("text", ["2026-99-99T99:99:99Z", "2026-02-29T00:00:00Z", "0000-01-01T00:00:00Z"])
def test_what_only_looks_like_an_instant_stays(text: str) -> None:
    assert EN.told(f"{text} & more") == f"{text} &amp; more"


def test_of_one_and_of_many() -> None:
    assert (EN.counted("WEB_BADGE_COUNT", 1), EN.counted("WEB_BADGE_COUNT", 2)) == ("1 badge", "2 badges")


@pytest.mark.parametrize(
    ("to", "link"),
    [
        (f"{BASE}/achievements/2", "../achievements/2"),
        ("/static/style.css", "../static/style.css"),
        ("/", "../"),
        ("https://elsewhere.example/x", "https://elsewhere.example/x"),
        (f"{BASE}.evil.example/x", f"{BASE}.evil.example/x"),
        ("javascript:alert(1)", "#"),
        ("data:text/html,x", "#"),
        ("urn:uuid:1", "#"),
    ],
)
def test_links_are_relative_at_home_and_nothing_but_the_web_elsewhere(to: str, link: str) -> None:
    assert JA.href(to) == link


def test_at_the_root_links_need_no_way_up() -> None:
    assert (EN.href("/"), EN.href("/personas")) == ("./", "personas")


def test_what_was_imported_has_a_page_here_too() -> None:
    assert path_of(BASE, "/achievements", f"{BASE}/achievements/2", ".svg") == "/achievements/2.svg"
    assert (
        path_of(BASE, "/achievements", "https://x.example/b?c&d")
        == "/achievements?id=https%3A%2F%2Fx.example%2Fb%3Fc%26d"
    )


def test_a_qr_code_has_no_style_and_its_title_is_text() -> None:
    drawn = EN.qr("https://x.example/", '<b> "&')
    assert "style=" not in drawn
    assert "<title>&lt;b&gt;" in drawn


@pytest.mark.parametrize(("length", "drawn"), [(2_300, True), (2_900, True), (3_600, False)])
def test_an_address_that_no_qr_code_can_hold_has_none(length: int, drawn: bool) -> None:
    assert bool(EN.qr("https://x.example/".ljust(length, "a"), "x")) is drawn
