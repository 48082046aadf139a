"""The demo as a newcomer meets it: what it prints works, and somebody else's software verifies what it signed."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from graph_service.endorse import contexts
from graph_service.endorse.bake import unbake
from graph_service.locale import phrase
from tests.conformance.peer import Peer
from tests.e2e.processes import BASE, COMMAND, Running, environment, running
from tests.engines import given_neo4j, wipe

CONTEXTS = {contexts.CLR: contexts.load(contexts.CLR)}  # which the JavaScript does not bring
INSIDE = "2026-11-20T00:00:00Z"  # every credential of the demo that has no end is within its validity then


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def first_start(data: Path) -> list[str]:
    """What a first start exports."""
    if given := given_neo4j():
        asyncio.run(wipe(given))
    with running(environment(data), "demo") as service:
        return service.command("export", "credentials").stdout.splitlines()


@pytest.fixture(scope="module")
def demo(data: Path, first_start: list[str]) -> Iterator[Running]:
    """The second start."""
    with running(environment(data), "demo") as service:
        yield service


def links(service: Running) -> list[str]:
    return [line.strip() for line in service.printed if line.startswith("  http")]


def curls(service: Running) -> list[str]:
    return [line.strip() for line in service.printed if line.startswith("  curl ")]


def test_it_prints_links_that_answer(demo: Running) -> None:
    credential, issuer, status_list = (httpx.get(link).raise_for_status().json() for link in links(demo)[:3])
    assert credential["type"] == ["VerifiableCredential", "EndorsementCredential"]
    assert credential["issuer"]["id"] == issuer["id"]
    assert status_list["id"] == credential["credentialStatus"]["statusListCredential"]


def test_it_prints_pages_for_people(demo: Running) -> None:
    names = ("学校の危機管理", "学校の危機管理", "中堅研", "登場人物を選ぶ")
    pages = [link for link in links(demo)[3:] if not link.endswith(".png")]
    for link, name in zip(pages, names, strict=True):
        answer = httpx.get(link, headers={"Accept": "text/html", "Accept-Language": "ja"})
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/html")
        assert name in answer.text


def test_its_picture_carries_the_award_with_endorsements(demo: Running) -> None:
    award, picture = links(demo)[3:5]
    signed = httpx.get(award).text
    assert unbake(httpx.get(picture).content) == signed
    document = json.loads(signed)
    assert document["endorsement"]
    assert document["issuer"]["endorsement"]
    assert document["credentialSubject"]["achievement"]["endorsement"]


def test_one_endorsement_has_expired_and_its_page_says_so(demo: Running, exported: list[str]) -> None:
    (expired,) = [credential for credential in map(json.loads, exported) if "validUntil" in credential]
    assert expired["validUntil"] == "2026-10-31T14:59:59Z"
    page = demo.get(expired["id"].removeprefix(BASE), accept="text/html", **{"accept-language": "en"})
    assert (page.status_code, phrase("WEB_VERDICT_EXPIRED", "en") in page.text) == (200, True)


def test_its_query_answers_now_and_at_an_earlier_date(demo: Running) -> None:
    now, earlier = (
        json.loads(subprocess.run(["bash", "-c", line], capture_output=True, check=True).stdout)["data"]["progress"]
        for line in curls(demo)
    )
    assert (now["state"], now["percentage"]) == ("COMPLETE", 100)
    assert (earlier["state"], earlier["everComplete"]) == ("NOT", None)


def test_it_holds_what_the_story_says(demo: Running) -> None:
    answer = demo.ask(
        "{ profiles { totalCount } achievements { totalCount } pathways { totalCount } endorsements(kind: ENDORSE) { totalCount } }",
        "operator",
    ).json()["data"]
    counts = {name: value["totalCount"] for name, value in answer.items()}
    assert counts == {"profiles": 12, "achievements": 90, "pathways": 19, "endorsements": 63}


@pytest.fixture(scope="module")
def exported(demo: Running) -> list[str]:
    done = demo.command("export", "credentials")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def controllers(demo: Running) -> str:
    done = demo.command("export", "controllers")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_at_least_sixty_credentials_are_exported_as_signed(demo: Running, exported: list[str]) -> None:
    assert len(exported) >= 60
    shown = next(line for line in exported if json.loads(line)["id"] == httpx.get(links(demo)[0]).json()["id"])
    assert httpx.get(links(demo)[0]).text == shown


def test_the_same_are_exported_as_tokens(demo: Running, exported: list[str]) -> None:
    done = demo.command("export", "credentials", "--form", "jwt")
    assert done.returncode == 0, done.stderr
    tokens = [jwt.decode(line, options={"verify_signature": False}) for line in done.stdout.splitlines()]
    assert [token["jti"] for token in tokens] == [json.loads(line)["id"] for line in exported]


def by_instant(credentials: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the credentials by an instant inside their validity."""
    found: dict[str, list[dict[str, Any]]] = {}
    for credential in credentials:
        ended = credential.get("validUntil", "9999") <= INSIDE
        found.setdefault(credential["validFrom"] if ended else INSIDE, []).append(credential)
    return found


@pytest.mark.node
def test_javascript_verifies_every_one(peer: Peer, exported: list[str], controllers: str) -> None:
    verdicts = [
        verdict
        for instant, credentials in by_instant(map(json.loads, exported)).items()
        for verdict in peer.verify(credentials, json.loads(controllers), now=instant, contexts=CONTEXTS)
    ]
    assert [verdict for verdict in verdicts if not verdict["verified"]] == []
    assert len(verdicts) == len(exported)


@pytest.mark.node
def test_one_changed_letter_fails_on_both_sides(
    demo: Running, peer: Peer, exported: list[str], controllers: str
) -> None:
    changed = exported[0].replace("内容", "肉容", 1)
    assert changed != exported[0]
    assert [
        verdict["verified"] for verdict in peer.verify([json.loads(changed)], json.loads(controllers), now=INSIDE)
    ] == [False]
    assert demo.command("verify", "-", "--at", INSIDE, stdin=changed).returncode == 1


def test_we_verify_them_too_and_know_which_have_ended(demo: Running, exported: list[str]) -> None:
    current = []
    for line in exported:
        report = demo.ask("query($d: String!) { verify(document: $d) { authentic current } }", d=line)
        found = report.json()["data"]["verify"]
        assert found["authentic"] == "OK"
        current.append(found["current"])
    ended = (len(current) - current.count("OK"), current.count("FAILED"))
    assert ended == (6, 6)  # four endorsements and an award revoked, one endorsement expired


def test_a_second_start_finds_the_data(first_start: list[str], exported: list[str]) -> None:
    assert exported == first_start
    assert BASE in exported[0]


@pytest.mark.embedded
def test_two_at_once_do_not_share_a_directory(demo: Running) -> None:
    refused = subprocess.run(
        [*COMMAND, "demo"], env=dict(demo.environment), capture_output=True, text=True, timeout=60, check=False
    )
    assert (refused.returncode, refused.stderr.split(":")[0]) == (2, "DATA_DIRECTORY_IN_USE")
