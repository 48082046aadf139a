"""The story from outside: a board's signed endorsement completes a teacher's pathway, and its revocation undoes that.

Stands alone: needs only the installed service, pytest and httpx. Runs on the engine that
GRAPH_SERVICE_TEST_NEO4J_URI names, or on the embedded one.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

BASE = "https://graph-service.example"


@dataclass
class Service:
    """A running service, and how to talk to it."""

    address: str
    operator: str
    environment: dict[str, str]

    def ask(self, query: str, key: str | None = None, **variables: Any) -> dict[str, Any]:
        """Send a GraphQL document; every answer must be free of errors."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        body = {"query": query, "variables": variables}
        answer = httpx.post(f"{self.address}/graphql", json=body, headers=headers, timeout=30).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def do(self, mutation: str, key: str, **variables: Any) -> dict[str, Any]:
        """Send a mutation of one field; it must succeed."""
        (result,) = self.ask(mutation, key, **variables).values()
        assert "problems" not in result, result
        return result

    def get(self, iri: str) -> httpx.Response:
        """Fetch one of the service's own identifiers from where it is served."""
        return httpx.get(iri.replace(BASE, self.address), timeout=30)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside the service."""
        return subprocess.run(
            [sys.executable, "-m", "graph_service", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A founded service in production mode, serving on a free port."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRAPH_SERVICE_")}
    environment |= {
        "GRAPH_SERVICE_BASE_URL": BASE,
        "GRAPH_SERVICE_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "GRAPH_SERVICE_DATA": str(tmp_path_factory.mktemp("story") / "data"),
    }
    if uri := os.environ.get("GRAPH_SERVICE_TEST_NEO4J_URI"):
        for name in ("URI", "USER", "PASSWORD", "DATABASE"):
            if (value := os.environ.get(f"GRAPH_SERVICE_TEST_NEO4J_{name}")) is not None:
                environment[f"GRAPH_SERVICE_NEO4J_{name}"] = value
        empty(uri)
    command = [sys.executable, "-m", "graph_service"]
    founded = subprocess.run(
        [*command, "init"], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert founded.returncode == 0, founded.stderr
    operator = re.search(r"gsk_\S+", founded.stdout)
    assert operator, founded.stdout
    environment["GRAPH_SERVICE_PORT"] = "0"
    process = subprocess.Popen([*command, "serve"], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    ready = next((line for line in process.stdout if line.startswith("READY ")), "")
    try:
        assert ready, "the service did not become ready"
        yield Service(ready.split()[1], operator.group(), environment)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        process.stdout.close()


def empty(uri: str) -> None:
    """Empty the test server's database."""
    import neo4j

    auth = (
        os.environ.get("GRAPH_SERVICE_TEST_NEO4J_USER", ""),
        os.environ.get("GRAPH_SERVICE_TEST_NEO4J_PASSWORD", ""),
    )
    with neo4j.GraphDatabase.driver(uri, auth=auth if auth[0] else None) as driver:
        driver.execute_query(
            "MATCH (n) DETACH DELETE n", database_=os.environ.get("GRAPH_SERVICE_TEST_NEO4J_DATABASE", "neo4j")
        )


@dataclass
class Cast:
    """Who plays, and what they made."""

    board: str
    university: str
    board_key: str
    university_key: str
    badge: str
    learner: str
    pathway: str


@pytest.fixture(scope="module")
def cast(service: Service) -> Cast:
    """A board, a university, a badge that a teacher holds, and a pathway that wants it endorsed by the board."""

    def profile(slug: str, name: str) -> str:
        made = service.do(
            """mutation($input: ProfileInput!) { createProfile(input: $input) {
                 ... on ProfileSuccess { profile { id } } ... on Problems { problems { code path } } } }""",
            service.operator,
            input={"slug": slug, "name": [{"language": "ja", "text": name}]},
        )
        return made["profile"]["id"]

    def key(profile: str, *roles: str) -> str:
        made = service.do(
            """mutation($profile: ID!, $roles: [Role!]!) { createApiKey(profile: $profile, name: "story", roles: $roles) {
                 ... on ApiKeySuccess { secret } ... on Problems { problems { code path } } } }""",
            service.operator,
            profile=profile,
            roles=roles,
        )
        return made["secret"]

    board, university = profile("minato-board", "みなと市教育委員会"), profile("konan-university", "港南教育大学")
    board_key, university_key = key(board, "ENDORSER", "EDITOR"), key(university, "ENDORSER", "ISSUER")
    text = [{"language": "ja", "text": "学校の危機管理"}]
    badge = service.do(
        """mutation($owner: ID!, $input: AchievementInput!) { createAchievement(owner: $owner, input: $input) {
             ... on AchievementSuccess { achievement { id } } ... on Problems { problems { code path } } } }""",
        university_key,
        owner=university,
        input={"name": text, "description": text, "criteria": text},
    )["achievement"]["id"]
    learner = service.do(
        "mutation { registerLearner { ... on LearnerSuccess { learner { id } } ... on Problems { problems { code } } } }",
        university_key,
    )["learner"]["id"]
    service.do(
        """mutation($badge: ID!, $holder: ID!) { awardAchievement(achievement: $badge, holder: $holder) {
             ... on AwardSuccess { award { id } } ... on Problems { problems { code path } } } }""",
        university_key,
        badge=badge,
        holder=learner,
    )
    leaf = {"id": "crisis", "kind": "LEAF", "targets": [badge], "guards": {"endorsedBy": [{"profiles": [board]}]}}
    pathway = service.do(
        """mutation($owner: ID!, $definition: JSON!) {
             createPathway(owner: $owner, name: [{language: "ja", text: "中堅研"}], definition: $definition) {
               ... on PathwaySuccess { pathway { id } } ... on Problems { problems { code path } } } }""",
        board_key,
        owner=board,
        definition={"root": "all", "nodes": [{"id": "all", "kind": "ALL", "parts": ["crisis"]}, leaf]},
    )["pathway"]["id"]
    service.do(
        """mutation($pathway: ID!) { publishPathwayVersion(pathway: $pathway) {
             ... on PathwayVersionSuccess { pathwayVersion { id } } ... on Problems { problems { code path } } } }""",
        board_key,
        pathway=pathway,
    )
    return Cast(board, university, board_key, university_key, badge, learner, pathway)


def progress(service: Service, cast: Cast, at: str | None = None) -> dict[str, Any]:
    """Ask for the teacher's progress, now or at an instant."""
    return service.ask(
        """query($pathway: ID!, $learner: ID!, $at: Instant) { progress(pathway: $pathway, learner: $learner, at: $at) {
             state percentage everComplete currentlyComplete
             nodes { id held witnesses { award endorsements } reasons { code } } } }""",
        service.operator,
        pathway=cast.pathway,
        learner=cast.learner,
        at=at,
    )["progress"]


ENDORSEMENT = "... on EndorsementSuccess { endorsement { id state credential { id since } } } ... on Problems { problems { code path } }"


def test_the_story(service: Service, cast: Cast, tmp_path: Path) -> None:
    """Not complete → the board accepts and signs → complete because of it → revoked → complete once, not now."""
    before = progress(service, cast)
    assert (before["state"], before["everComplete"]) == ("NOT", None)
    assert "NOT_ENDORSED" in {reason["code"] for node in before["nodes"] for reason in node["reasons"]}

    asked = service.do(
        f"mutation($input: EndorsementInput!) {{ requestEndorsement(input: $input) {{ {ENDORSEMENT} }} }}",
        cast.university_key,
        input={
            "endorser": cast.board,
            "target": cast.badge,
            "comment": {"language": "ja", "text": "裏書をお願いします。"},
        },
    )["endorsement"]["id"]
    time.sleep(1.1)  # instants are whole seconds: before and after must differ
    service.do(
        f"mutation($id: ID!) {{ acceptEndorsement(endorsement: $id) {{ {ENDORSEMENT} }} }}", cast.board_key, id=asked
    )
    issued = service.do(
        f"mutation($id: ID!) {{ issueEndorsement(endorsement: $id) {{ {ENDORSEMENT} }} }}", cast.board_key, id=asked
    )["endorsement"]
    assert issued["state"] == "ISSUED"

    complete = progress(service, cast)
    assert (complete["state"], complete["percentage"], complete["currentlyComplete"]) == ("COMPLETE", 100, True)
    assert asked in {e for node in complete["nodes"] for witness in node["witnesses"] for e in witness["endorsements"]}

    served = service.get(issued["credential"]["id"])
    assert served.status_code == 200
    document = json.loads(served.content)
    assert document["credentialSubject"]["id"] == cast.badge
    file = tmp_path / "credential.json"
    file.write_bytes(served.content)
    verified = service.command("verify", str(file), "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    file.write_bytes(served.content.replace("裏書を".encode(), "裏書は".encode()))
    assert service.command("verify", str(file)).returncode == 1

    time.sleep(1.1)
    revoked = service.do(
        f'mutation($id: ID!) {{ revokeEndorsement(endorsement: $id, reason: "内容が古くなった。") {{ {ENDORSEMENT} }} }}',
        cast.board_key,
        id=asked,
    )["endorsement"]
    assert revoked["state"] == "REVOKED"
    after = progress(service, cast)
    assert (after["state"], after["currentlyComplete"]) == ("NOT", False)
    assert after["everComplete"] == complete["everComplete"] == issued["credential"]["since"]
    assert "NOT_ENDORSED" in {reason["code"] for node in after["nodes"] for reason in node["reasons"]}
    file.write_bytes(served.content)
    assert service.command("verify", str(file)).returncode == 1  # its status slot is set now

    earlier = progress(service, cast, at=issued["credential"]["since"])
    assert (earlier["state"], earlier["currentlyComplete"]) == ("COMPLETE", True)


def test_export_writes_what_others_can_verify(service: Service, cast: Cast) -> None:
    """One compact JSON a line, and a controller document for every issuer in them."""
    credentials = service.command("export", "credentials")
    controllers = service.command("export", "controllers")
    assert (credentials.returncode, controllers.returncode) == (0, 0), credentials.stderr + controllers.stderr
    documents = [json.loads(line) for line in credentials.stdout.splitlines()]
    known = json.loads(controllers.stdout)
    assert [d["id"] for d in documents if d["issuer"]["id"] not in known] == []
    assert {d["credentialSubject"]["id"] for d in documents} == {cast.badge}
