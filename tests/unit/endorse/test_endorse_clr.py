"""The statement of completion as it is signed: what it carries, what it lists, and how that belongs together."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, Span
from graph_service.endorse import clr, credential, jsontext
from graph_service.endorse.clr import Completed, Used
from graph_service.endorse.credential import StatusSlot
from graph_service.endorse.evidence import Found
from graph_service.endorse.jsontext import Document
from graph_service.endorse.report import Report, Verdict
from graph_service.endorse.summary import Kind, Recipient, summary
from graph_service.endorse.verify import judge, missing
from tests.unit.endorse.building import (
    BADGE,
    BASE,
    BOARD,
    FOUND,
    LIST,
    NOW,
    SINCE,
    UNIVERSITY,
    UNIVERSITY_KEY,
    endorsement,
    signed,
)
from tests.unit.endorse.test_endorse_credential import VERSION
from tests.unit.endorse.test_endorse_tampering import AWARD, award, tampered

LEARNER = Iri("urn:uuid:00000000-0000-4000-8000-000000000000")
PATHWAY = Iri(f"{BASE}/pathways/mid-career")
OTHER = Iri(f"{BASE}/achievements/guidance")
SIGNED = signed(award(signed(endorsement(subject=AWARD))), UNIVERSITY_KEY, issuer=UNIVERSITY)
PART = ("credentialSubject", "verifiableCredential", 0)


def published(id: Iri) -> Document:
    """A version as it was published, by the university."""
    version = replace(VERSION, id=id, image=f"{id}/image", creator=UNIVERSITY)
    return dict(json.loads(credential.published_achievement(version).bytes))


CARRIED = Used(AWARD, Instant("2026-08-01T00:00:00Z"), published(BADGE), SIGNED)
UNSIGNED = Used(Iri(f"{BASE}/awards/2"), Instant("2026-07-01T00:00:00Z"), published(OTHER))
COMPLETED = Completed(
    id=Iri(f"{BASE}/credentials/01JB00000000000000000000AE"),
    name="中堅研を修了したことの証明",
    issuer=BOARD,
    learner=LEARNER,
    whole=clr.whole(PATHWAY, Iri(f"{PATHWAY}/versions/1"), "中堅研", ""),
    used=[CARRIED, UNSIGNED],
    precedes=[(OTHER, BADGE)],
    awarded=SINCE,
    validity=Span(SINCE),
    status=StatusSlot(LIST, 5),
)


def statement(**changes: Any) -> Document:
    return clr.statement(replace(COMPLETED, **changes))


def judged(document: Document, found: Found = FOUND) -> Report:
    return judge(jsontext.write(document), found, NOW)


def parts(document: Document) -> list[str]:
    return [each["id"] for each in document["credentialSubject"]["verifiableCredential"]]


def listed(document: Document) -> list[str]:
    return [each["id"] for each in document["credentialSubject"]["achievement"]]


def test_signed_awards_are_carried_the_others_are_listed_and_so_is_the_whole() -> None:
    document = statement()
    assert parts(document) == [AWARD]
    assert listed(document) == [OTHER, PATHWAY]
    assert document["credentialSubject"]["association"] == [
        {"type": "Association", "associationType": "isPartOf", "sourceId": OTHER, "targetId": PATHWAY},
        {"type": "Association", "associationType": "isPartOf", "sourceId": BADGE, "targetId": PATHWAY},
        {"type": "Association", "associationType": "precedes", "sourceId": OTHER, "targetId": BADGE},
    ]
    assert (document["partial"], document["awardedDate"], "validUntil" in document) == (True, SINCE, False)


def test_the_order_of_what_is_given_does_not_matter() -> None:
    assert statement(used=[UNSIGNED, CARRIED], precedes=[(OTHER, BADGE), (OTHER, BADGE)]) == statement()


def test_an_output_stands_for_the_whole() -> None:
    output = published(Iri(f"{BASE}/achievements/output"))
    document = statement(whole=output)
    assert listed(document) == [OTHER, output["id"]]
    assert {each["targetId"] for each in document["credentialSubject"]["association"][:2]} == {output["id"]}


def test_who_made_an_achievement_is_described_once() -> None:
    """The university is the issuer of the credential carried; the board's statement lists what it made by its id."""
    alone = statement(used=[replace(CARRIED, signed=None), UNSIGNED])
    creators = [each["creator"] for each in alone["credentialSubject"]["achievement"][:2]]
    assert [each.keys() for each in creators] == [{"id", "type", "name"}, {"id", "type"}]
    assert statement()["credentialSubject"]["achievement"][0]["creator"] == {"id": UNIVERSITY.id, "type": ["Profile"]}


def test_what_does_not_fit_is_listed() -> None:
    large = [
        Used(
            Iri(f"{BASE}/awards/{number}"),
            SINCE,
            published(Iri(f"{BASE}/achievements/{number}")),
            {**SIGNED, "id": f"{BASE}/awards/{number}", "name": "x" * 50_000},
        )
        for number in range(4)
    ]
    document = statement(used=large)
    assert parts(document) == [f"{BASE}/awards/0", f"{BASE}/awards/1"]
    assert listed(document)[:2] == [f"{BASE}/achievements/2", f"{BASE}/achievements/3"]


def test_each_part_is_verified_for_itself_with_what_endorses_it() -> None:
    report = judged(signed(statement()))
    assert report.verdict is Verdict.GOOD
    ((part, inner),) = [(each, each.embedded) for each in report.embedded]
    assert (part.path, part.id, part.issuer) == (PART, AWARD, UNIVERSITY.id)
    assert [each.path for each in inner] == [(*PART, "endorsement", 0)]
    assert UNIVERSITY.id in missing(signed(statement()), {})


def test_one_letter_changed_in_a_part_is_refused() -> None:
    document = json.loads(
        jsontext.write(signed(statement())).replace("学級経営の基礎".encode(), "学級経営の基楚".encode())
    )
    report = judged(document)
    assert (report.verdict, report.authentic, report.embedded[0].authentic) == (Verdict.FAILED, "failed", "failed")


def test_whatever_is_taken_away_changed_or_added_is_refused() -> None:
    """But for what is said twice: the board, which endorses the award in its statement, is described there as well."""
    faults = list(tampered(signed(statement())))
    assert len(faults) > 300
    twice = ["issuer/name removed", "issuer/url removed"]
    assert [fault for fault, spoilt in faults if judged(spoilt).exit_code == 0] == twice


def test_a_part_about_somebody_else_is_no_part() -> None:
    """Both signatures hold: somebody put another learner's award into the record."""
    report = judged(signed(statement(learner=Iri("urn:uuid:00000000-0000-4000-8000-000000000001"))))
    assert (report.authentic, report.embedded[0].authentic) == ("ok", "ok")
    assert (report.verdict, report.embedded[0].about_subject) == (Verdict.FAILED, "failed")


@pytest.mark.parametrize("member", ["verifiableCredential", "type"])
def test_a_record_without_parts_or_type_is_none(member: str) -> None:
    document = statement()
    if member == "type":
        document["credentialSubject"]["type"] = ["AchievementSubject"]
        del document["credentialSubject"]["verifiableCredential"], document["credentialSubject"]["association"]
    else:
        del document["credentialSubject"]["verifiableCredential"]
    codes = {check.values.get("member") for check in judged(signed(document)).checks if check.code == "MISSING_MEMBER"}
    assert codes == {"verifiableCredential", *(["ClrSubject"] if member == "type" else [])}


def test_the_summary_names_it_and_its_learner_and_no_single_badge() -> None:
    said = summary(statement(), "ja")
    assert (said.kind, said.name, said.issuer_name) == (Kind.RECORD, COMPLETED.name, BOARD.name)
    assert (said.achievement, said.recipients) == ("", (Recipient(LEARNER),))
