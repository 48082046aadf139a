"""What a document says, in words: of every kind, in the reader's language, and of documents that mean no good."""

from __future__ import annotations

import codecs
import csv
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.domain.time import Instant
from graph_service.endorse import table
from graph_service.endorse.report import Name, Report, checks
from graph_service.endorse.summary import MAX_NAME, MAX_RECIPIENTS, MAX_TEXT, Kind, Recipient, Summary, summary
from graph_service.errors import Problem

AT = Instant("2026-11-21T07:46:40Z")
ISSUER = {"id": "https://board.example", "type": ["Profile"], "name": "みなと市教育委員会"}
BADGE = {
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "危機管理",
    "issuer": ISSUER,
    "validFrom": "2026-04-01T09:00:00+09:00",
    "credentialSubject": {
        "id": "did:example:holder",
        "identifier": [{"type": "IdentityObject", "identityType": "emailAddress", "hashed": True, "identityHash": "sha256$ab"}],
        "achievement": {
            "id": "https://board.example/a",
            "name": [{"@value": "Crisis management", "@language": "en"}, {"@value": "学校の危機管理", "@language": "ja-JP"}],
            "criteria": {"id": "https://board.example/c", "narrative": "授業案を一つ作る。"},
        },
    },
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "id",
                    "name",
                    "issuer",
                    "badge",
                    "achievement",
                    "credentialSubject",
                    "identifier",
                    "recipient",
                    "criteria",
                    "narrative",
                    "validFrom",
                    "expires",
                    "@value",
                    "@language",
                    "hashed",
                    "identity",
                ]
            ),
            inner | st.sampled_from(["Assertion", "EndorsementCredential", "OpenBadgeCredential"]),
            max_size=5,
        )
    ),
    max_leaves=20,
)


def test_a_badge() -> None:
    assert summary(BADGE, "ja") == Summary(
        kind=Kind.BADGE,
        name="危機管理",
        issuer="https://board.example",
        issuer_name="みなと市教育委員会",
        achievement="https://board.example/a",
        achievement_name="学校の危機管理",
        criteria="授業案を一つ作る。",
        criteria_id="https://board.example/c",
        recipients=(Recipient("did:example:holder"), Recipient("sha256$ab", "emailAddress", hashed=True)),
        since="2026-04-01T00:00:00Z",
    )
    assert summary(BADGE, "en").achievement_name == "Crisis management"
    assert summary(BADGE, "fr").achievement_name == "Crisis management"


def test_an_endorsement() -> None:
    subject = {"id": "https://x.example/a", "endorsementComment": "認めます。", "digestMultibase": "zQm"}
    said = summary({"type": "EndorsementCredential", "issuer": "did:key:z6", "credentialSubject": subject}, "ja")
    assert (said.kind, said.issuer, said.issuer_name) == (Kind.ENDORSEMENT, "did:key:z6", "")
    assert (said.about, said.comment, said.content, said.recipients) == ("https://x.example/a", "認めます。", "zQm", ())


def test_a_badge_of_open_badges_2() -> None:
    badge = {
        "id": "https://a.example/b",
        "name": {"en": "Badge", "ja": "バッジ"},
        "issuer": ISSUER,
        "criteria": "https://c.example",
    }
    recipient = {"type": "email", "hashed": False, "identity": "a@b.example"}
    document = {
        "type": "Assertion",
        "badge": badge,
        "recipient": recipient,
        "issuedOn": "2016-06-28",
        "expires": "never",
    }
    said = summary(document, "ja")
    assert (said.kind, said.achievement_name, said.criteria_id) == (Kind.HOSTED, "バッジ", "https://c.example")
    assert (said.issuer_name, said.recipients) == ("みなと市教育委員会", (Recipient("a@b.example", "email"),))
    assert (said.since, said.until) == ("2016-06-27T15:00:00Z", "never")
    assert summary({"type": "Assertion", "badge": "https://a.example/b"}, "ja").achievement == "https://a.example/b"


def test_an_identifier_that_does_not_say_so_may_be_hashed() -> None:
    (said,) = summary({"credentialSubject": {"identifier": {"identityHash": "a@b.example"}}}, "en").recipients
    assert said.hashed


def test_an_older_badge() -> None:
    said = summary(
        {"type": ["OpenBadgeCredential"], "issuanceDate": "2010-01-01T00:00:00Z", "expirationDate": "x"}, "en"
    )
    assert (said.since, said.until) == ("2010-01-01T00:00:00Z", "x")


def test_everything_is_bounded() -> None:
    long = "x" * 10_000
    subject = {
        "endorsementComment": long,
        "identifier": [{"identityHash": long}] * 100,
        "achievement": {"name": [long] * 9},
    }
    for kind in ("EndorsementCredential", "OpenBadgeCredential"):
        said = summary({"type": kind, "name": long, "issuer": long, "credentialSubject": subject}, "en")
        assert max(len(said.name), len(said.issuer), len(said.achievement_name)) == MAX_NAME + 1
        assert len(said.comment) in (0, MAX_TEXT + 1)
        assert len(said.recipients) <= MAX_RECIPIENTS


@given(st.dictionaries(st.sampled_from(list(BADGE)), JSON) | JSON)
def test_any_json_has_a_summary(document: Any) -> None:
    said = summary(document, "ja")
    assert all(isinstance(getattr(said, name), str | tuple) for name in Summary.__slots__)


def rows(*names: str) -> list[list[str]]:
    report = Report("urn:x", "", (), checks(Name.PROOF, [Problem("PROOF_MISSING")]), document=None)
    written = table.to_csv([{**table.row(name, "ab", report, AT, "en"), "name": name} for name in names])
    assert written.startswith(codecs.BOM_UTF8)
    head, *found = csv.reader(StringIO(written.decode("utf-8-sig"), newline=""))
    assert tuple(head) == table.COLUMNS
    return found


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＠x", " =1", "\x00=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    (row,) = rows(text)
    assert row[table.COLUMNS.index("name")].startswith("'")


def test_a_cell_is_one_line_and_bounded() -> None:
    (first, second) = rows('a\r\nb\u2028"c', "x" * 9_000)
    name = table.COLUMNS.index("name")
    assert (first[name], len(second[name])) == ('a b "c', 2_000)


def test_a_row_names_what_is_not_ok_of_what_it_carries_too() -> None:
    innermost = Report("", "", (), checks(Name.KEY, [Problem("KEY_REVOKED")]))
    inner = Report("", "", (), checks(Name.SUBJECT, [Problem("SUBJECT_MISMATCH")]), embedded=(innermost,))
    outer = Report("urn:x", "i", (), checks(Name.PROOF, [Problem("PROOF_MISSING")]), False, (inner, inner), BADGE)
    row = table.row("a.json", "ab", outer, AT, "ja")
    assert row["codes"].split() == [
        "PROOF_MISSING",
        "endorsement[0]:SUBJECT_MISMATCH",
        "endorsement[0]:endorsement[0]:KEY_REVOKED",
        "endorsement[1]:SUBJECT_MISMATCH",
        "endorsement[1]:endorsement[0]:KEY_REVOKED",
    ]
    assert (row["verdict"], row["trusted"], row["hosted"]) == ("failed", "false", "")
    assert (row["name"], row["issuerName"], row["kind"]) == ("危機管理", "みなと市教育委員会", "badge")


def holding(*carried: Report, dates: str = "") -> Report:
    """Return a report in which all holds but the dates, if a code says so, and what it carries."""
    found = [checks(name, [Problem(dates)] if dates and name is Name.DATES else []) for name in Name]
    return Report("urn:x", "i", (), tuple(check for each in found for check in each), embedded=carried)


@pytest.mark.parametrize(
    ("report", "verdict", "exit_code"),
    [
        (holding(), "good", 0),
        (holding(dates="EXPIRED"), "failed", 1),
        (holding(dates="NOT_CHECKED"), "unknown", 3),
        (holding(holding()), "good", 0),
        (holding(holding(dates="EXPIRED")), "failed", 1),
        (holding(holding(dates="NOT_CHECKED"), holding()), "unknown", 3),
        (holding(holding(holding(dates="EXPIRED")), dates="NOT_CHECKED"), "failed", 1),
    ],
)
def test_one_word_for_all_of_it(report: Report, verdict: str, exit_code: int) -> None:
    row = table.row("a.json", "ab", report, AT, "en")
    assert (next(iter(row)), row["verdict"], report.exit_code) == ("verdict", verdict, exit_code)
