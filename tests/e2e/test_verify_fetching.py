"""The real command and a real service verify what issuers elsewhere signed, over HTTPS on loopback."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from graph_service.endorse import jsontext
from tests.abroad import SLOT, Issuer
from tests.e2e.processes import BASE, COMMAND, Running, environment, running
from tests.engines import given_neo4j, wipe
from tests.loopback import Authority, Site, serving

HOST = "localhost"
ABOUT = "https://university.example/badges/1"
VERIFY = """query($url: String, $document: String) { verify(url: $url, document: $document) {
    id issuer issuerName authentic current aboutSubject trusted hosted checks { name outcome code hint } } }"""

Verify = Callable[..., Any]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
async def site(authority: Authority) -> AsyncIterator[Site]:
    async with serving(Site(), authority.context(HOST)) as site:
        yield site


@pytest.fixture
def issuer(site: Site) -> Issuer:
    site.asked.clear()
    return Issuer.web(site, HOST)


def trusting(authority: Authority, data: Path, **settings: str) -> Mapping[str, str]:
    """Return an environment that trusts the authority, and may ask loopback."""
    permitted = {"fetch_private": "127.0.0.1/32, ::1/128"} | settings
    return environment(data, **permitted) | {"SSL_CERT_FILE": str(authority.folder / "ca.pem")}


@pytest.fixture
def verify(authority: Authority, tmp_path: Path) -> Verify:
    """Run the command without any service of ours; return exit code and report."""
    settings = {name: text for name, text in trusting(authority, tmp_path).items() if "NEO4J" not in name}

    async def run(given: bytes | str, *options: str, **changes: str) -> tuple[int, dict[str, Any]]:
        file = given if isinstance(given, str) else "-"
        done = await asyncio.to_thread(
            subprocess.run,
            [*COMMAND, "verify", file, "--json", *options],
            env=settings | changes,
            input=b"" if isinstance(given, str) else given,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert not done.stderr, done.stderr
        return done.returncode, json.loads(done.stdout)

    return run


def wrong(report: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What did not come out well."""
    checks = [(check["name"], check["outcome"].lower(), check["code"]) for check in report["checks"]]
    return [each for each in checks if each[1] != "ok"]


@pytest.mark.parametrize(("kind", "path"), [(Issuer.web, "/issuer"), (Issuer.did, "/board/did.json")])
async def test_keys_and_list_are_fetched(
    verify: Verify, issuer: Issuer, site: Site, kind: Callable[[Site, str], Issuer], path: str
) -> None:
    issuer = kind(site, HOST)
    code, report = await verify(issuer.endorse(ABOUT))
    assert (code, wrong(report)) == (0, [])
    assert (report["issuer"], report["issuerName"]) == (issuer.id, issuer.person.name)
    assert sorted(site.asked) == [path, "/list"]


async def test_a_revoked_one_is_found_out(verify: Verify, issuer: Issuer) -> None:
    issuer.revoke(SLOT)
    code, report = await verify(issuer.endorse(ABOUT))
    assert (code, wrong(report)) == (1, [("status", "failed", "CREDENTIAL_REVOKED")])


async def test_without_the_list_it_is_unknown(verify: Verify, issuer: Issuer, site: Site) -> None:
    del site.pages["/list"]
    code, report = await verify(issuer.endorse(ABOUT))
    assert (code, wrong(report)) == (3, [("status", "unknown", "STATUS_RETRIEVAL_ERROR")])


async def test_a_list_of_somebody_else_decides_nothing(verify: Verify, issuer: Issuer, site: Site) -> None:
    document = issuer.endorse(ABOUT)
    Issuer.did(site, HOST).revoke()  # at the same address
    code, report = await verify(document)
    assert (code, wrong(report)) == (3, [("status", "unknown", "STATUS_ISSUER_MISMATCH")])


async def test_a_document_under_another_id_is_not_the_issuers(verify: Verify, issuer: Issuer) -> None:
    issuer.put("/issuer", jsontext.write(issuer.document(id=f"{issuer.id}x")))
    code, report = await verify(issuer.endorse(ABOUT))
    assert (code, report["authentic"]) == (1, "failed")
    assert ("key", "failed", "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID") in wrong(report)


async def test_offline_nothing_is_fetched(verify: Verify, issuer: Issuer, site: Site) -> None:
    for options, changes in ((["--offline"], {}), ([], {"GRAPH_SERVICE_FETCH": "off"})):
        code, report = await verify(issuer.endorse(ABOUT), *options, **changes)
        assert (code, report["authentic"], report["current"]) == (3, "unknown", "unknown")
    code, report = await verify(site.url("/badge", HOST), "--offline")
    assert (code, wrong(report)) == (3, [("document", "unknown", "FETCH_OFF")])
    assert not site.asked


async def test_loopback_is_asked_only_where_it_is_permitted(verify: Verify, issuer: Issuer, site: Site) -> None:
    code, report = await verify(issuer.endorse(ABOUT), GRAPH_SERVICE_FETCH_PRIVATE="")
    assert (code, report["authentic"]) == (3, "unknown")
    assert not site.asked


async def test_an_authority_that_nobody_trusts_is_none(verify: Verify, issuer: Issuer, site: Site) -> None:
    code, _ = await verify(issuer.endorse(ABOUT), SSL_CERT_FILE="/dev/null")
    assert code == 3
    assert not site.asked


async def test_a_credential_is_fetched_from_its_address(verify: Verify, issuer: Issuer, site: Site) -> None:
    issuer.put("/badge", issuer.endorse(ABOUT))
    code, report = await verify(site.url("/badge", HOST))
    assert (code, wrong(report)) == (0, [])
    code, report = await verify(site.url("/gone", HOST))
    assert (code, wrong(report)) == (3, [("document", "unknown", "FETCH_FAILED")])


@pytest.fixture(scope="module")
async def service(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    data = tmp_path_factory.mktemp("fetching") / "data"
    settings = trusting(authority, data, base_url=BASE, master_key=key)
    if given := given_neo4j():
        await wipe(given)
    subprocess.run([*COMMAND, "init"], env=settings, capture_output=True, timeout=120, check=True)  # noqa: ASYNC221
    with running(settings, "serve") as found:
        yield found


async def test_the_service_fetches_too(service: Running, issuer: Issuer, site: Site) -> None:
    async def ask(**variables: object) -> dict[str, Any]:
        answer = (await asyncio.to_thread(service.ask, VERIFY, **variables)).json()
        assert "errors" not in answer, answer
        found: dict[str, Any] = answer["data"]["verify"]
        return found

    document = issuer.endorse(ABOUT)
    issuer.put("/badge", document)
    for given in ({"document": document.decode()}, {"url": site.url("/badge", HOST)}):
        report = await ask(**given)
        assert wrong(report) == []
        assert (report["issuer"], report["issuerName"], report["trusted"]) == (issuer.id, issuer.person.name, None)
    issuer.revoke(SLOT)
    report = await ask(document=document.decode())
    assert wrong(report) == [("status", "failed", "CREDENTIAL_REVOKED")]
    (hint,) = (check["hint"] for check in report["checks"] if check["outcome"] != "OK")
    assert hint


async def test_its_own_addresses_are_never_fetched(service: Running, site: Site) -> None:
    connections = site.connections
    answer = await asyncio.to_thread(service.ask, VERIFY, url=f"{BASE}/credentials/nothing")
    assert wrong(answer.json()["data"]["verify"]) == [("document", "unknown", "FETCH_FAILED")]
    answer = await asyncio.to_thread(service.ask, VERIFY, url="https://169.254.169.254/latest/meta-data/")
    assert wrong(answer.json()["data"]["verify"]) == [("document", "unknown", "FETCH_REFUSED")]
    assert site.connections == connections
