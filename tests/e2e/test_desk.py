"""The issuing desk's commands beside a running service: import, award, progress."""

from __future__ import annotations

import base64
import csv
import json
import re
import secrets
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph_service.store import Store, local_engine
from tests.badgr_reading import Reading
from tests.conformance.shared import UTAH
from tests.e2e.processes import BASE, COMMAND, Running, environment, running
from tests.engines import given_neo4j, wipe
from tests.signers import Person
from tests.unit.formats.test_formats_badgr import badge, element

UNIVERSITY = f"{BASE}/profiles/konan-university"
PATHWAY = element(
    "desk-root",
    element("desk-a", badges=["a", "b"], completionBadge=badge("done")),
    element("desk-b", badges=["b", "c"], before=["desk-a"]),
    description="Only for people.",
)


class Desk:
    """A founded service in production mode, and its operator."""

    def __init__(self, service: Running, operator: str) -> None:
        self.service = service
        self.operator = operator

    def do(self, mutation: str, *, key: str = "", **variables: object) -> Any:
        body = {"query": mutation, "variables": variables}
        headers = {"Authorization": f"Bearer {key or self.operator}"}
        answer = httpx.post(f"{self.service.address}/graphql", json=body, headers=headers, timeout=30).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def learners(self, count: int) -> list[str]:
        made = self.do(
            "mutation($n: Int!) { registerLearners(count: $n) { ... on LearnersSuccess { learners } } }", n=count
        )
        return made["registerLearners"]["learners"]

    def run(self, *words: str, code: int = 0, stdin: str = "") -> subprocess.CompletedProcess[str]:
        done = self.service.command(*words, stdin=stdin)
        assert done.returncode == code, done
        assert "Traceback" not in done.stderr
        return done

    def json(self, *words: str, code: int = 0, stdin: str = "") -> Any:
        done = self.run(*words, "--json", code=code, stdin=stdin)
        assert done.stderr == ""
        return json.loads(done.stdout)

    def badges(self) -> int:
        """How many achievements there are."""
        return self.do("{ achievements { totalCount } }")["achievements"]["totalCount"]


@pytest.fixture(scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:  # type: ignore[misc]
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    settings = environment(tmp_path_factory.mktemp("desk") / "data", base_url=BASE, master_key=key)
    if given := given_neo4j():
        await wipe(given)
    founding = [*COMMAND, "init"]
    founded = subprocess.run(founding, env=settings, capture_output=True, text=True, timeout=120, check=True)  # noqa: ASYNC221
    operator = re.search(r"gsk_\S+", founded.stdout)
    assert operator
    with running(settings, "serve") as service:
        found = Desk(service, operator[0])
        found.do(
            """mutation($input: ProfileInput!) { createProfile(input: $input) { ... on ProfileSuccess { profile { id } } } }""",
            input={"slug": "konan-university", "name": [{"language": "ja", "text": "港南教育大学"}]},
        )
        yield found


def test_import_award_and_progress(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "pathway.json"
    file.write_text(json.dumps(PATHWAY))
    dry = desk.json("import", str(file), "--owner", "konan-university", "--dry-run")
    assert (dry["outcome"], dry["dryRun"], dry["pathway"], desk.badges()) == ("CREATED", True, None, 0)
    done = desk.json("import", str(file), "--owner", "konan-university")
    assert (done["outcome"], done["publishable"], desk.badges()) == ("CREATED", True, 4)
    assert "NOT_CARRIED" in [loss["code"] for loss in done["losses"]]
    again = desk.json("import", "-", "--owner", UNIVERSITY, stdin=file.read_text())
    assert (again["outcome"], again["version"], desk.badges()) == ("UNCHANGED", done["version"], 4)

    learners = desk.learners(3)
    held = {learners[0]: ["a", "b", "c"], learners[1]: ["a"], learners[2]: []}
    rows = [f"{learner},{badge(each)['badgeUrl']},R8.3.1" for learner in learners for each in held[learner]]
    table = tmp_path / "awards.csv"
    table.write_bytes("\r\n".join(["受講者,バッジ,授与日", *rows]).encode("cp932"))
    assert desk.json("award", str(table), "--issuer", "konan-university", "--dry-run") == {
        "rows": 4,
        "dryRun": True,
        "awards": [],
    }
    assert len(desk.json("award", str(table), "--issuer", "konan-university")["awards"]) == 4
    refused = desk.json("award", str(table), "--issuer", "konan-university", code=1)
    assert [(p["code"], p["line"]) for p in refused["problems"]] == [("ALREADY_AWARDED", line) for line in range(2, 6)]
    one = ["--issuer", UNIVERSITY, "--learner", learners[2], "--achievement", badge("b")["badgeUrl"]]
    assert desk.json("award", *one, "--date", "2026-03-01")["rows"] == 1
    held[learners[2]].append("b")

    names = tmp_path / "learners.txt"
    names.write_text("\n".join(learners) + "\n")
    cohort = desk.json("progress", "--pathway", done["pathway"], "--learners", str(names))
    expected = [Reading(PATHWAY, {badge(b)["badgeUrl"] for b in held[each]}).progress("desk-root") for each in learners]
    assert [(m["learner"], m["progress"]) for m in cohort["members"]] == [
        (learner, str(share)) for learner, share in zip(learners, expected, strict=True)
    ]
    assert (cohort["complete"], cohort["leftOut"], cohort["pathwayVersion"]) == (1, [], done["version"])
    before = desk.json("progress", "--pathway", done["pathway"], "--learner", learners[0], "--at", "2026-02-28")
    assert (before["members"][0]["state"], before["members"][0]["percentage"]) == ("NOT", 0)
    open_leaves = [node for node in before["members"][0]["nodes"] if not node["parts"]]
    assert {reason["code"] for node in open_leaves for reason in node["reasons"]} == {"NOT_HELD"}
    (who,) = desk.json("progress", "--pathway", done["pathway"], "--learners", str(table))["members"][:1]
    assert (who["learner"], who["state"], who["everComplete"]) == (learners[0], "COMPLETE", "2026-02-28T15:00:00Z")


def test_completions_are_kept_by_the_service_and_made_anew_by_the_command(desk: Desk) -> None:
    """After the test before: three learners hold something."""

    def kept() -> list[dict[str, object]]:
        fields = "id state percentage everComplete nextChange pathwayVersion { id }"
        found = desk.do(f"{{ completions {{ edges {{ node {{ {fields} }} }} }} }}")["completions"]["edges"]
        return [each["node"] for each in found]

    ends = time.monotonic() + 60
    while len(kept()) < 3 and time.monotonic() < ends:
        time.sleep(0.5)
    before = kept()
    assert len(before) == 3
    assert desk.json("completions", "rebuild")["judged"] >= 3
    assert kept() == before
    assert "3" in desk.run("completions", "rebuild").stdout


def test_any_number_of_learners_is_answered_as_they_come(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "pathway.json"
    file.write_text(json.dumps(PATHWAY))
    done = desk.json("import", str(file), "--owner", "konan-university")
    learners = [*desk.learners(2), "urn:uuid:00000000-0000-4000-8000-000000000000"]
    asked = ["progress", "--pathway", done["pathway"], "--learners", "-"]
    lines = desk.run(*asked, "--jsonl", stdin="\n".join(learners), code=1).stdout.splitlines()
    assert [(each["learner"], each["state"]) for each in map(json.loads, lines)] == [
        *((learner, "NOT") for learner in learners[:2]),
        (learners[2], None),
    ]
    table = list(csv.DictReader(desk.run(*asked, "--csv", stdin="\n".join(learners[:2])).stdout.splitlines()))
    assert [(row["learner"], row["progress"], row["pathwayVersion"]) for row in table] == [
        (learner, "0", done["version"]) for learner in learners[:2]
    ]
    (row,) = csv.DictReader(desk.run(*asked, "--csv", stdin=learners[2], code=1).stdout.splitlines())
    assert (row["learner"], row["problem"]) == (learners[2], "NOT_FOUND")
    assert desk.run(*asked, "--csv", stdin="nobody\n", code=1).stdout == ""
    wrong = desk.run(*asked, "--jsonl", stdin=f"{learners[0]}\nnobody\n", code=1)
    (problem,) = json.loads(wrong.stdout.splitlines()[-1])["problems"]
    assert (problem["code"], problem["line"]) == ("INVALID_IRI", 2)
    names = tmp_path / "roster.txt"
    names.write_text(f"{learners[0]}\nnobody\n")
    wrong = desk.run("progress", "--pathway", done["pathway"], "--learners", str(names), "--csv", code=1)
    assert wrong.stderr.startswith(f"{names}: line 2: INVALID_IRI: ")
    names.write_text("受講者,日付\n")
    wrong = desk.run("what-if", "--pathway", done["pathway"], "--learners", str(names), "--award=urn:x:y", code=1)
    assert wrong.stderr.startswith(f"{names}: line 1: NO_LEARNERS: ")

    wanted = [f"--award={badge(each)['badgeUrl']}" for each in "abc"]
    supposed = ["what-if", "--pathway", done["pathway"], "--learners", "-"]
    found = desk.run(*supposed, *wanted, "--jsonl", stdin="\n".join(learners)).stdout.splitlines()
    assert [json.loads(line)["learner"] for line in found] == learners[:2]
    refused = desk.run(*supposed, "--award=https://elsewhere.example/b", stdin=learners[0], code=1)
    assert "NO_SUCH_REQUIREMENT" in refused.stderr

    asked = ["pathway", "dry-run", "--pathway", done["pathway"], "--owner", "konan-university", "--learners", "-"]
    assert "NO_DRAFT" in desk.run(*asked, stdin=learners[0], code=1).stderr
    assert desk.json("pathway", "diff", done["version"], done["version"]) == {"changes": []}


def test_a_large_draft_comes_as_a_file(desk: Desk, tmp_path: Path) -> None:
    small = json.dumps(element("large-root", badges="a"))
    pathway = desk.json("import", "-", "--owner", "konan-university", stdin=small)["pathway"]
    (learner,) = desk.learners(1)
    file = tmp_path / "draft.json"
    leaves = [f"leaf-{number}" for number in range(1_000)]
    nodes = [{"id": each, "kind": "LEAF", "targets": [badge("a")["badgeUrl"]]} for each in leaves]
    file.write_text(json.dumps({"root": "all", "nodes": [{"id": "all", "kind": "ALL", "parts": leaves}, *nodes]}))
    saving = ["pathway", "draft", "--pathway", pathway, "--owner", "konan-university"]
    assert desk.json(*saving, str(file)) == {"pathway": pathway, "publishable": True, "problems": []}
    trying = ["pathway", "dry-run", "--pathway", pathway, "--owner", "konan-university", "--learners", "-"]
    assert desk.json(*trying, stdin=learner)["leftOut"] == []
    assert "MISSING_ROOT" in desk.run(*saving, "-", stdin='{"nodes": []}', code=1).stdout


def test_what_people_read(desk: Desk, tmp_path: Path) -> None:
    (learner,) = desk.learners(1)
    table = tmp_path / "wrong.csv"
    table.write_text(f"learner,badge,date\n{learner},https://elsewhere.example/b,2026-02-30\n", encoding="utf-8-sig")
    done = desk.run("award", str(table), "--issuer", "konan-university", code=1)
    assert done.stdout == ""
    assert "line 2, date “2026-02-30”: NO_SUCH_DATE: " in done.stderr
    assert "line 2, badge “https://elsewhere.example/b”: NOT_FOUND: " in done.stderr
    table.write_text(f"learner,badge,date\n{learner},\x1b[2J\u202ebadge,2026-03-01\n")
    done = desk.run("award", str(table), "--issuer", "konan-university", code=1)
    assert "badge “\\x1b[2J\\u202ebadge”: " in done.stderr
    assert not {"\x1b", "\u202e"} & set(done.stderr)
    circle = tmp_path / "circle.json"
    parts = [element("c-a", badges="a", before=["c-b"]), element("c-b", badges="b", before=["c-a"])]
    circle.write_text(json.dumps(element("circle", *parts)))
    done = desk.run("import", str(circle), "--owner", "konan-university", code=1)
    assert "requirements.nonChildElementRequirements: CYCLE: " in done.stdout
    assert "c-a → c-a.before → c-b" in done.stdout or "c-b → c-b.before → c-a" in done.stdout
    done = desk.run("progress", "--pathway", "https://x.example/none", "--learner", learner, code=1)
    assert done.stderr.startswith("pathway: NOT_FOUND: ")


@pytest.mark.parametrize(
    ("words", "codes", "exit_code"),
    [
        (["import", "-", "--owner", "konan-university"], ["INVALID_JSON"], 1),
        (["import", "-", "--owner", "No Such"], ["INVALID_SLUG"], 1),
        (["import", "/no/such/file", "--owner", "konan-university"], ["FILE_UNREADABLE"], 2),
        (["award", "-", "--issuer", "konan-university"], ["NO_HEADINGS"], 1),
        (["award", "--issuer", "nobody", "--learner", "x", "--achievement", "y"], ["INVALID_IRI", "INVALID_IRI"], 1),
        (["progress", "--pathway", "https://x.example/p", "--learner", "x"], ["INVALID_IRI"], 1),
        (["progress", "--pathway", "https://x.example/p", "--learners", "-"], ["NO_HEADINGS"], 1),
    ],
)
def test_what_is_wrong_is_json_for_machines(desk: Desk, words: list[str], codes: list[str], exit_code: int) -> None:
    answer = desk.json(*words, code=exit_code)
    assert [problem["code"] for problem in answer["problems"]] == codes


@pytest.mark.parametrize("words", [["award", "--issuer", "x"], ["progress", "--pathway", "x"], ["import", "x"]])
def test_wrong_usage(desk: Desk, words: list[str]) -> None:
    assert "Usage" in desk.run(*words, code=2).stderr  # answers before anything is asked


def test_nobody_acts_without_the_master_key(desk: Desk, tmp_path: Path) -> None:
    other = base64.b64encode(secrets.token_bytes(32)).decode()
    stranger = Running(desk.service.process, {**desk.service.environment, "GRAPH_SERVICE_MASTER_KEY": other})
    done = stranger.command("award", "--issuer", UNIVERSITY, "--learner", "urn:x:a", "--achievement", "urn:x:b")
    assert (done.returncode, done.stderr.split(":")[0]) == (2, "MASTER_KEY_WRONG")


async def test_the_event_says_that_it_was_the_console(desk: Desk) -> None:
    (learner,) = desk.learners(1)
    words = ["--learner", learner, "--achievement", badge("a")["badgeUrl"], "--date", "2026-03-01"]
    (made,) = desk.json("award", "--issuer", UNIVERSITY, *words)["awards"]
    endpoint = given_neo4j() or local_engine.running(Path(desk.service.environment["GRAPH_SERVICE_DATA"]))
    assert endpoint
    store = Store.open(endpoint)
    text = "MATCH (e:Event)-[:ABOUT]->(w:Award {id: $id}) RETURN [e.actorId, e.action, e.speakingFor] AS row"
    found = await store.run("event", text, {"id": made})
    await store.close()
    assert found == [["urn:graph-service:principal:console", "AWARD_ACHIEVEMENTS", "ISSUER"]]


@pytest.mark.skipif(not UTAH.is_file(), reason="SHARED_DIR is not there")
def test_a_university_s_pathway(desk: Desk) -> None:
    before = desk.badges()
    done = desk.json("import", str(UTAH), "--owner", "konan-university")
    assert (done["outcome"], done["publishable"], done["problems"]) == ("CREATED", True, [])
    assert desk.badges() == before + 92
    assert desk.json("import", str(UTAH), "--owner", "konan-university")["outcome"] == "UNCHANGED"


def test_an_endorsement_from_elsewhere_is_kept_once(desk: Desk, tmp_path: Path) -> None:
    person, file = Person.new(), tmp_path / "endorsement.json"
    claim = person.claim({"id": UNIVERSITY, "type": ["EndorsementSubject"], "endorsementComment": "確かです。"})
    file.write_bytes(person.sign(claim))
    kept = desk.json("keep", str(file), "--for", "konan-university")
    assert desk.json("keep", str(file), "--for", "konan-university") == kept
    changed = file.read_text(encoding="utf-8").replace("確かです", "不確かです")
    refused = desk.json("keep", "-", "--for", "konan-university", code=1, stdin=changed)
    assert [problem["code"] for problem in refused["problems"]] == ["PROOF_VERIFICATION_ERROR"]


def test_people_read_names_in_place_of_ids(desk: Desk, tmp_path: Path) -> None:
    """A badge without a name that was imported is called by its address there."""
    small = json.dumps(element("named-root", badges="a"))
    done = desk.json("import", "-", "--owner", "konan-university", stdin=small)
    secret = desk.do(
        """mutation($profile: ID!) { createApiKey(profile: $profile, name: "desk", roles: [ISSUER, EDITOR]) {
             ... on ApiKeySuccess { secret } } }""",
        profile=UNIVERSITY,
    )["createApiKey"]["secret"]
    new = desk.do(
        """mutation($owner: ID!, $input: AchievementInput!) { createAchievement(owner: $owner, input: $input) {
             ... on AchievementSuccess { achievement { id } } } }""",
        key=secret,
        owner=UNIVERSITY,
        input={name: [{"language": "ja", "text": "学校の危機管理"}] for name in ("name", "description", "criteria")},
    )["createAchievement"]["achievement"]["id"]
    saving = ["pathway", "draft", "-", "--pathway", done["pathway"], "--owner", "konan-university"]
    desk.run(*saving, stdin=json.dumps({"root": "it", "nodes": [{"id": "it", "kind": "LEAF", "targets": [new]}]}))
    versions = [f"{done['pathway']}/versions/{number}" for number in (1, 2)]
    assert "it 学校の危機管理 This requirement is new.\n" in desk.run("pathway", "diff", *versions).stdout
    told = desk.json("pathway", "diff", *versions)["changes"]
    assert [each["message"] for each in told if each["member"] == "root"] == [
        "requirement that decides: The named-root has become 学校の危機管理."
    ]
    publishing = """mutation($pathway: ID!) { publishPathwayVersion(pathway: $pathway) {
      ... on PathwayVersionSuccess { pathwayVersion { number } } } }"""
    published = desk.do(publishing, key=secret, pathway=done["pathway"])["publishPathwayVersion"]
    assert published == {"pathwayVersion": {"number": 2}}
    (learner,) = desk.learners(1)
    tree = desk.run("progress", "--pathway", done["pathway"], "--learner", learner).stdout
    assert "  [ ] 学校の危機管理  0/1\n" in tree
