"""Importing a pathway: what it becomes, once; what a second or changed file does; and what is told."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from random import Random

import pytest

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.consent import Purpose
from graph_service.domain.iri import Iri
from graph_service.domain.policy import Principal, Role
from graph_service.errors import GraphServiceError
from graph_service.formats.refusals import MAX_LISTED
from graph_service.services import achievements, consents, importing, learners, progress
from graph_service.services.awarding import AwardRow, award_many
from graph_service.services.call import Call
from graph_service.services.importing import Imported, Outcome
from tests.badgr_reading import Element, Reading
from tests.casts import Cast, text
from tests.conformance.shared import UTAH
from tests.integration.services.test_award_many import counted
from tests.unit.formats.test_formats_badgr import at_least, badge, element


def sample(name: str) -> Element:
    """A small pathway; its ids and badges begin with `name`, so that every test has its own."""
    a, b, c, d, e = (f"{name}-{letter}" for letter in "abcde")
    scholar = element(f"{name}-scholar", badges=[a, b, c], rule=at_least(2), completionBadge=badge(f"{name}-scholar"))
    return element(
        f"{name}-master",
        scholar,
        element(f"{name}-engage", badges=[c, d, e], before=[f"{name}-scholar"], rule=at_least(1)),
        completionBadge=badge(f"{name}-master") | {"name": "Master"},
        description="Two levels.",
    )


def editor(cast: Cast, *roles: Role) -> Principal:
    return cast.member("importer", cast.university, *(roles or (Role.EDITOR, Role.ISSUER)))


async def bring(
    cast: Cast, export: object, by: Principal | None = None, key: str | None = None, **options: bool
) -> Imported:
    call = cast.call(by or editor(cast))
    return await importing.import_pathway(
        cast.world,
        Call(call.principal, call.at, idempotency_key=key),
        owner=cast.university,
        document=json.dumps(export).encode(),
        **options,
    )


async def test_it_becomes_a_published_pathway_and_its_badges_achievements(cast: Cast) -> None:
    before = await counted(cast)
    done = await bring(cast, sample("first"))
    after = await counted(cast)
    badges = {f"https://badges.example/first-{each}" for each in (*"abcde", "scholar", "master")}
    del before["relationship"], after["relationship"]
    assert after - before == Counter(
        Achievement=7, Version=7, Pathway=1, PathwayVersion=1, Requirement=16, Event=1, Delivery=1
    )
    assert (done.outcome, done.existing, done.conflicts, done.problems) == (Outcome.CREATED, (), (), ())
    assert set(done.created) == badges
    assert done.version == f"{done.pathway}/versions/1"
    names = await cast.world.store.run(
        "names", "MATCH (a:Achievement) WHERE a.id IN $ids RETURN [a.id, a.name, a.ownerId] AS row", {"ids": [*badges]}
    )
    assert sorted(names) == sorted(
        [each, "Master" if each.endswith("master") else each, cast.university] for each in badges
    )


async def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    export = sample("again")
    first, before = await bring(cast, export, key="one"), await counted(cast)
    for again in (await bring(cast, export), await bring(cast, export, dry_run=True)):
        assert (again.outcome, again.pathway, again.version) == (Outcome.UNCHANGED, first.pathway, first.version)
        assert (again.created, set(again.existing), again.losses) == ((), set(first.created), first.losses)
    assert await bring(cast, export, key="one") == first
    assert await counted(cast) == before


async def test_a_changed_file_makes_the_next_version(cast: Cast) -> None:
    export = sample("changed")
    first = await bring(cast, export)
    export["children"][1]["requirements"]["badgeRequirements"]["requiredBadges"].append(badge("changed-new"))
    dry = await bring(cast, export, dry_run=True)
    assert (dry.outcome, dry.pathway, dry.created) == (
        Outcome.UPDATED,
        first.pathway,
        ("https://badges.example/changed-new",),
    )
    second = await bring(cast, export)
    assert (second.outcome, second.pathway, second.version) == (
        Outcome.UPDATED,
        first.pathway,
        f"{first.pathway}/versions/2",
    )
    export["name"] = "Another name"
    third = await bring(cast, export)
    assert (third.outcome, third.version) == (Outcome.UPDATED, f"{first.pathway}/versions/3")
    assert (await bring(cast, export)).outcome is Outcome.UNCHANGED


async def test_a_dry_run_writes_nothing(cast: Cast) -> None:
    before = await counted(cast)
    done = await bring(cast, sample("dry"), dry_run=True)
    assert (done.outcome, done.pathway, done.version) == (Outcome.CREATED, None, None)
    assert "https://badges.example/dry-master" in done.created
    assert await counted(cast) == before


async def test_what_another_profile_offers_is_a_conflict_and_counts_as_theirs(cast: Cast) -> None:
    foreign = await achievements.create(
        cast.world,
        cast.call(cast.member("clerk", cast.board, Role.ISSUER)),
        cast.board,
        AchievementDraft(text("対面研修"), text("対面研修"), text("対面研修")),
    )
    export = element("conflict", badges="x")
    export["requirements"]["badgeRequirements"]["requiredBadges"].append({"badgeUrl": foreign})
    done = await bring(cast, export)
    assert [(p.code, p.values["achievement"], p.values["owner"]) for p in done.conflicts] == [
        ("OFFERED_BY_ANOTHER", foreign, cast.board)
    ]
    assert done.conflicts[0].path == ("requirements", "badgeRequirements", "requiredBadges", 1)
    assert done.existing == (foreign,)
    assert done.version is not None


async def test_what_forbids_publishing_is_told_and_leaves_a_draft(cast: Cast) -> None:
    export = element(
        "circle",
        element("circle-a", badges="x", before=("circle-b",)),
        element("circle-b", badges="y", before=("circle-a",)),
        badges="z",
        rule=at_least(2),
        requirements={},
    )
    done = await bring(cast, export)
    assert (done.outcome, done.version) == (Outcome.CREATED, None)
    assert [(p.code, p.path) for p in done.problems] == [
        ("UNSATISFIABLE_COUNT", ("requirements", "badgeRequirements")),
        ("CYCLE", ("children", 1, "requirements", "nonChildElementRequirements")),
    ]
    before = await counted(cast)
    assert (await bring(cast, export)).outcome is Outcome.UNCHANGED
    assert await counted(cast) == before
    export["requirements"]["badgeRequirements"]["countRule"] = {"@type": "all"}
    export["children"][1]["requirements"]["nonChildElementRequirements"]["elementIds"] = []
    mended = await bring(cast, export)
    assert (mended.outcome, mended.version) == (Outcome.UPDATED, f"{done.pathway}/versions/1")


async def test_nobody_brings_identifiers_of_our_own(cast: Cast) -> None:
    ours = f"{cast.world.base_url}/profiles/not-there-yet"
    export = element("squatter", badges=["squatter-a"])
    export["requirements"]["badgeRequirements"]["requiredBadges"].append({"badgeUrl": ours})
    done = await bring(cast, export)
    assert (done.created, done.existing, done.version) == (("https://badges.example/squatter-a",), (), None)
    assert [(p.code, p.path[-1]) for p in done.problems] == [("IDENTIFIER_TAKEN", 1)]
    assert await cast.world.store.read("pathway/known", ids=[ours]) == []


async def test_nothing_is_told_of_what_is_no_achievement(cast: Cast) -> None:
    learner = await learners.register_learner(cast.world, cast.call(cast.desk))
    student = Principal(Iri("urn:x:student"), learner=learner)
    consent = await consents.give(cast.world, cast.call(student), profile=cast.board, purpose=Purpose.PROGRESS)
    private = [cast.award, learner, consent, cast.board, f"{cast.world.base_url}/awards/none"]
    export = element("private", badges=["private-a"])
    export["requirements"]["badgeRequirements"]["requiredBadges"] += [{"badgeUrl": each} for each in private]
    for dry_run in (True, False):
        done = await bring(cast, export, dry_run=dry_run)
        assert (done.created, done.existing, done.conflicts) == (("https://badges.example/private-a",), (), ())
        taken = [(p.code, p.values, p.path[-1]) for p in done.problems if p.code != "ISSUER_RULE_NEEDED"]
        assert taken == [("IDENTIFIER_TAKEN", {"id": each}, position) for position, each in enumerate(private, 1)]
        assert not done.publishable


async def test_of_many_losses_the_first_are_listed(cast: Cast) -> None:
    export = element("lossy", badges=["lossy-a"], **{f"member{number}": "x" for number in range(300)})
    done = await bring(cast, export, dry_run=True)
    assert (len(done.losses), done.losses[-1].code) == (MAX_LISTED + 1, "MORE_PROBLEMS")


async def test_what_cannot_be_carried_is_not_published(cast: Cast) -> None:
    done = await bring(
        cast, element("secret", badges="x", requirements={"experienceRequirements": {"experiences": ["e"]}})
    )
    assert (done.version, [p.code for p in done.problems]) == (None, ["UNSUPPORTED_REQUIREMENT"])


@pytest.mark.parametrize("roles", [(Role.EDITOR,), (Role.ISSUER,), (Role.VIEWER,)])
async def test_it_needs_both_roles_while_badges_are_new(cast: Cast, roles: tuple[Role, ...]) -> None:
    before = await counted(cast)
    with pytest.raises(GraphServiceError) as refused:
        await bring(cast, sample("roles"), editor(cast, *roles))
    assert refused.value.code == "NOT_PERMITTED"
    assert await counted(cast) == before


@pytest.mark.parametrize("roles", [(Role.ISSUER,), (Role.VIEWER,)])
async def test_who_may_not_import_is_refused_before_anything_is_read(cast: Cast, roles: tuple[Role, ...]) -> None:
    with pytest.raises(GraphServiceError) as refused:
        await bring(cast, {"elementId": 1}, editor(cast, *roles))
    assert refused.value.code == "NOT_PERMITTED"


async def test_malformed_files_and_unknown_owners_write_nothing(cast: Cast) -> None:
    before = await counted(cast)
    with pytest.raises(GraphServiceError) as malformed:
        await bring(cast, {"elementId": 1})
    assert malformed.value.code == "WRONG_TYPE"
    nobody = Iri("https://elsewhere.example/nobody")
    with pytest.raises(GraphServiceError) as unknown:
        await importing.import_pathway(
            cast.world,
            cast.call(cast.member("importer", nobody, Role.EDITOR, Role.ISSUER)),
            owner=nobody,
            document=json.dumps(sample("nobody")).encode(),
        )
    assert unknown.value.code == "NOT_FOUND"
    assert await counted(cast) == before


async def test_eight_at_once_make_one(cast: Cast) -> None:
    for number in range(3):
        export, before = sample(f"{number}race"), await counted(cast)
        done = await asyncio.gather(*(bring(cast, export) for _ in range(8)))
        assert len({each.pathway for each in done}) == 1
        assert Counter(each.outcome for each in done) == {Outcome.CREATED: 1, Outcome.UNCHANGED: 7}
        after = await counted(cast)
        assert {kind: after[kind] - before[kind] for kind in ("Achievement", "PathwayVersion", "Requirement")} == {
            "Achievement": 7,
            "PathwayVersion": 1,
            "Requirement": 16,
        }
        linked = "MATCH (r:Requirement)-[:ACCEPTS]->(a) WHERE r.id STARTS WITH $id RETURN count(a) AS row"
        assert await cast.world.store.run("linked", linked, {"id": done[0].pathway}) == [7]


async def asked(cast: Cast, export: Element, done: Imported, held: list[str]) -> progress.Progress:
    """Award badges to a new learner and ask how far it is."""
    learner = await learners.register_learner(cast.world, cast.call(cast.desk))
    if held:
        rows = [AwardRow(learner, badge, "2026-03-01") for badge in held]
        await award_many(cast.world, cast.call(cast.desk), issuer=cast.university, rows=rows)
    found = await progress.progress(
        cast.world, progress.Plans(), cast.call(cast.operator), pathway=str(done.pathway), learner=learner
    )
    assert found.fraction == Reading(export, held).progress(export["elementId"])
    return found


async def test_progress_is_that_of_the_file(cast: Cast) -> None:
    export, random = sample("progress"), Random(3)
    done = await bring(cast, export)
    badges = sorted({*done.created, *done.existing})
    for size in (0, 1, 2, 3, 4, len(badges)):
        await asked(cast, export, done, random.sample(badges, size))


@pytest.mark.skipif(not UTAH.is_file(), reason="SHARED_DIR is not there")
async def test_the_pathway_of_a_university(cast: Cast) -> None:
    export, random = json.loads(UTAH.read_bytes()), Random(4)
    done = await bring(cast, export)
    assert (len(done.created), done.problems, done.conflicts) == (92, (), ())
    before = await counted(cast)
    assert (await bring(cast, export)).outcome is Outcome.UNCHANGED
    assert await counted(cast) == before
    states = {
        (await asked(cast, export, done, random.sample(sorted(done.created), size))).state for size in (5, 20, 91)
    }
    assert len(states) == 2
