"""Results and evidence of awards: described by the achievement, judged by that, kept, signed and verified."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.iri import Iri
from graph_service.domain.result import Evidence, Result, ResultDescription, ResultType
from graph_service.endorse.report import Outcome
from graph_service.errors import GraphServiceError, InvalidInput
from graph_service.services import achievements, award_credentials, awarding, publications, verification
from graph_service.services.awarding import AwardRow
from tests.casts import Cast, text
from tests.conformance.shared import needs_shared
from tests.conformance.test_endorse_schemas import faults

LEVEL = ResultDescription("level", "到達度", ResultType.PERFORMANCE_LEVEL, ("C", "B", "A"), required="B")
SCORE = ResultDescription("score", "得点", ResultType.RAW_SCORE, least="0", most="100")
WORDS = ResultDescription("urn:x:words", "講評")
REPORT = Evidence("実践報告", "https://aoba.example/report", "Report", "授業の記録")


def draft(*results: ResultDescription) -> AchievementDraft:
    return AchievementDraft(text("学級経営"), text("学級経営"), text("学級経営"), results=results)


async def graded(cast: Cast, *results: ResultDescription) -> Iri:
    given = draft(*(results or (LEVEL, SCORE, WORDS)))
    return await achievements.create(cast.world, cast.call(cast.desk), cast.university, given)


async def awarded(cast: Cast, badge: Iri, *results: Result, evidence: tuple[Evidence, ...] = ()) -> Iri:
    given = {"achievement": badge, "holder": cast.learner, "results": results, "evidence": evidence}
    return await awarding.award(cast.world, cast.call(cast.desk), **given)


async def kept(cast: Cast, award: Iri) -> dict[str, Any]:
    query = "MATCH (w:Award {id: $id}) RETURN {results: w.results, evidence: w.evidence, kinds: w.evidenceKinds} AS row"
    (row,) = await cast.world.store.run("kept", query, {"id": award})
    return {name: json.loads(value) if isinstance(value, str) else value for name, value in row.items()}


async def test_results_keep_the_scale_as_it_stood(cast: Cast) -> None:
    badge = await graded(cast)
    award = await awarded(cast, badge, Result("level", "A"), Result(f"{badge}#score", "87.5"), evidence=(REPORT,))
    revised = draft(ResultDescription("level", "到達度", ResultType.PERFORMANCE_LEVEL, ("不可", "可")))
    await achievements.revise(cast.world, cast.call(cast.desk), badge, revised)
    assert await kept(cast, award) == {
        "results": [
            {"description": f"{badge}#level", "value": "A", "scale": ["C", "B", "A"]},
            {"description": f"{badge}#score", "value": "87.5", "scale": []},
        ],
        "evidence": [{"name": "実践報告", "url": REPORT.url, "genre": "Report", "description": "授業の記録"}],
        "kinds": ["Report"],
    }
    assert await kept(cast, await awarded(cast, badge)) == {"results": None, "evidence": None, "kinds": None}


@needs_shared
async def test_they_are_published_signed_valid_and_verified(cast: Cast) -> None:
    badge = await graded(cast)
    award = await awarded(cast, badge, Result("level", "B"), Result("urn:x:words", "よくできた"), evidence=(REPORT,))
    await award_credentials.issue(cast.world, cast.call(cast.desk), award=award)
    content = (await publications.credential(cast.world, cast.call(cast.desk), award)).bytes
    document = json.loads(content)
    described = document["credentialSubject"]["achievement"]["resultDescription"]
    assert [each["id"] for each in described] == [f"{badge}#level", f"{badge}#score", "urn:x:words"]
    assert [each["value"] for each in document["credentialSubject"]["result"]] == ["B", "よくできた"]
    assert document["evidence"][0]["id"] == REPORT.url
    assert faults(document, "achievementcredential") == []
    report = await verification.verify(verification.Sources(cast.world), content.encode(), cast.call(cast.desk).at)
    assert (report.authentic, report.current) == (Outcome.OK, Outcome.OK)


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        (Result("level", "D"), ("NOT_ONE_OF", ("results", 0, "value"))),
        (Result("level", ""), ("NOT_ONE_OF", ("results", 0, "value"))),
        (Result("score", "100.5"), ("VALUE_OUT_OF_RANGE", ("results", 0, "value"))),
        (Result("score", "good"), ("INVALID_DECIMAL", ("results", 0, "value"))),
        (Result("urn:x:words", " "), ("TEXT_EMPTY", ("results", 0, "value"))),
        (Result("other", "A"), ("UNKNOWN_RESULT", ("results", 0, "resultDescription"))),
    ],
)
async def test_a_value_is_one_that_can_be_reached(cast: Cast, result: Result, problem: tuple[str, Any]) -> None:
    badge = await graded(cast)
    with pytest.raises(InvalidInput) as refused:
        await awarded(cast, badge, result)
    assert [(each.code, each.path) for each in refused.value.problems] == [problem]


async def test_all_that_is_wrong_is_told_at_once(cast: Cast) -> None:
    badge = await graded(cast)
    bad = Evidence("", "ftp://x.example", "x" * 65)
    with pytest.raises(InvalidInput) as refused:
        await awarded(cast, badge, Result("level", "A"), Result("level", "B"), evidence=(REPORT, REPORT, bad))
    assert [(each.code, each.path) for each in refused.value.problems] == [
        ("DUPLICATE_RESULT", ("results", 1)),
        ("TEXT_EMPTY", ("evidence", 2, "name")),
        ("INVALID_URL", ("evidence", 2, "url")),
        ("TEXT_TOO_LONG", ("evidence", 2, "genre")),
        ("DUPLICATE_EVIDENCE", ("evidence", 1)),
    ]
    with pytest.raises(InvalidInput) as refused:
        await awarded(cast, badge, evidence=(Evidence("バッジ", badge),))
    assert refused.value.code == "DUPLICATE_EVIDENCE"


async def test_of_many_awards_each_has_its_own(cast: Cast) -> None:
    badge = await graded(cast)
    rows = [
        AwardRow(cast.learner, badge, f"2026-03-0{day}", ("rows", day), (Result("level", value),), (REPORT,))
        for day, value in ((1, "B"), (2, "A"))
    ]
    made = await awarding.award_many(cast.world, cast.call(cast.desk), issuer=cast.university, rows=rows)
    assert [(await kept(cast, each))["results"][0]["value"] for each in made] == ["B", "A"]
    wrong = AwardRow(cast.learner, badge, "2026-03-03", ("rows", 0), (Result("level", "E"),))
    with pytest.raises(GraphServiceError) as refused:
        await awarding.award_many(cast.world, cast.call(cast.desk), issuer=cast.university, rows=[wrong])
    assert [(each.code, each.path) for each in refused.value.problems] == [
        ("NOT_ONE_OF", ("rows", 0, "results", 0, "value"))
    ]


@pytest.mark.parametrize("ids", [("level", "level"), ("criteria",), ("image-x", "image-x")])
async def test_a_description_has_an_id_of_its_own(cast: Cast, ids: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as refused:
        await graded(cast, *(ResultDescription(each, "到達度") for each in ids))
    assert refused.value.code == "DUPLICATE_RESULT"
