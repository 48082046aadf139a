"""Trust lists and chains of trust as the API tells them, and endorsements from elsewhere beside those made here."""

from __future__ import annotations

from typing import Any

from graph_service.endorse import vc_jwt
from graph_service.endorse.keys import Algorithm
from graph_service.locale import phrase
from tests.api.play import Play
from tests.api.service import Api
from tests.casts import BASE
from tests.signers import Person

LISTED = """query($id: ID!, $after: Instant) { profile(id: $id) { trustedIssuers(endingAfter: $after) {
    totalCount edges { node { issuerId issuer { id name } since until endedAt } } } } }"""
PATH = """query($from: ID!, $to: ID!, $steps: Int! = 3, $at: Instant) { trustPath(from: $from, to: $to, maxSteps: $steps, at: $at) {
    at cut steps { from to by endorsement kind target marks } } }"""
PROGRESS = "query($pathway: ID!, $learner: ID!) { progress(pathway: $pathway, learner: $learner) { percentage } }"
COUNTED = """query($id: ID!) { achievement(id: $id) { own: endorsements(standing: OWN) { totalCount }
    foreign: endorsements(standing: FOREIGN) { totalCount edges { node { standing heldAt checkedCode } } }
    attested: endorsements(standing: ATTESTED) { totalCount } all: endorsements { totalCount } } }"""


def endorsement(person: Person, target: str) -> dict[str, Any]:
    return person.claim({"id": target, "type": ["EndorsementSubject"], "endorsementComment": "確かです。"})


async def trust(play: Play, issuer: str, persona: str = "board-owner") -> None:
    await play.api.do("trustIssuer", persona, input={"profile": play.board, "issuer": issuer})


async def keep(play: Play, person: Person, target: str) -> str:
    document = person.sign(endorsement(person, target)).decode()
    kept = await play.api.do("keepEndorsement", "dean", input={"document": document})
    return kept["endorsement"]["id"]


async def test_a_trust_list_is_for_everybody_to_read(play: Play, api: Api) -> None:
    person = Person.new()
    await trust(play, person.did)
    (entry,) = [
        edge["node"]
        for edge in (await api.ask(LISTED, id=play.board))["profile"]["trustedIssuers"]["edges"]
        if edge["node"]["issuerId"] == person.did
    ]
    assert entry["issuer"] == {"id": person.did, "name": person.did}
    assert (entry["until"], entry["endedAt"]) == (None, None)
    ended = await api.do("endTrust", "board-owner", input={"profile": play.board, "issuer": person.did})
    assert ended["profile"]["id"] == play.board
    now = api.clock.at
    left = await api.ask(LISTED, id=play.board, after=now)
    assert person.did not in str(left)
    before = await api.ask(LISTED, id=play.board)
    assert person.did in str(before)


async def test_trusting_twice_is_trusting_once(play: Play, api: Api) -> None:
    await trust(play, "https://elsewhere.example/twice")
    size = await api.size()
    await trust(play, "https://elsewhere.example/twice")
    assert await api.size() == size
    other = {"profile": play.board, "issuer": "https://elsewhere.example/twice", "until": "2027-03-31T15:00:00Z"}
    assert await api.refused("trustIssuer", "board-owner", input=other) == [("TRUSTED_ALREADY", "input")]


async def test_whom_one_cannot_trust(play: Play, api: Api) -> None:
    for issuer, code in (
        (play.board, "TRUSTS_ITSELF"),
        ("mailto:x@y.example", "NOT_AN_ISSUER"),
        ("http://x.example/", "NOT_AN_ISSUER"),
        ("not an iri", "INVALID_IRI"),
    ):
        asked = {"profile": play.board, "issuer": issuer}
        assert await api.refused("trustIssuer", "board-owner", input=asked) == [(code, "input.issuer")]
    for persona in ("officer", "dean", "teacher"):
        asked = {"profile": play.board, "issuer": play.school}
        assert [code for code, _ in await api.refused("trustIssuer", persona, input=asked)] == ["NOT_PERMITTED"]
    nobody = {"profile": play.board, "issuer": play.school}
    assert await api.refused("endTrust", "board-owner", input=nobody) == [("NOT_FOUND", "input.issuer")]


async def test_nobody_takes_an_address_of_ours_by_trusting_it(play: Play, api: Api) -> None:
    """Neither one that is free, nor one at which something lies that not everybody may know of."""
    award, size = await play.awarded(), await api.size()
    for issuer in (BASE, f"{BASE}/profiles/tokyo-board", f"{BASE}/awards/nothing", award, play.badge):
        asked = {"profile": play.board, "issuer": issuer}
        assert await api.refused("trustIssuer", "board-owner", input=asked) == [("NOT_FOUND", "input.issuer")]
    assert await api.size() == size
    await trust(play, play.school)


async def test_what_costs_much_is_not_asked_for_often(play: Play, api: Api) -> None:
    def asked(count: int, field: str) -> str:
        return "{" + " ".join(f"a{number}: {field}" for number in range(count)) + "}"

    verify = 'verify(document: "{}") { authentic }'
    path = f'trustPath(from: "{play.board}", to: "{play.badge}") {{ cut }}'
    for most, field in ((10, verify), (5, path)):
        assert len(await api.ask(asked(most, field))) == most
    assert set(await api.codes(asked(6, path))) == {"LIMIT_EXCEEDED"}
    assert set(await api.codes("{ b: " + path + " " + asked(9, verify)[1:])) == {"LIMIT_EXCEEDED"}


async def test_a_pathway_counts_what_is_signed_elsewhere_where_it_says_so(play: Play, api: Api) -> None:
    person, badge = Person.new(), await play.achievement("外で裏書されたバッジ")
    await play.awarded(badge)
    await keep(play, person, badge)
    percentages, pages = [], []
    for standings in ({}, {"standings": ["OWN"]}, {"standings": ["FOREIGN"]}, {"standings": ["OWN", "FOREIGN"]}):
        definition = play.definition(badge)
        guard = {"profiles": [person.did, play.board], "versions": "ANY", **standings}
        definition["nodes"][1]["guards"] = {"endorsedBy": [guard]}
        pathway = await play.drafted(definition)
        await api.do("publishPathwayVersion", "editor", pathway=pathway)
        asked = {"pathway": pathway, "learner": play.learner}
        percentages.append((await api.ask(PROGRESS, "teacher", **asked))["progress"]["percentage"])
        pages.append((await api.get(pathway, **{"Accept": "text/html", "Accept-Language": "en"})).text)
    assert percentages == [0, 0, 100, 100]
    said = [[text in page for text in ("(signed elsewhere)", "(signed here or elsewhere)")] for page in pages]
    assert said == [[False, False], [False, False], [True, False], [False, True]]


async def test_a_chain_leads_over_somebody_elsewhere(play: Play, api: Api) -> None:
    person, badge = Person.new(), await play.achievement()
    assert (await api.ask(PATH, **{"from": play.board, "to": badge}))["trustPath"] is None
    kept = await keep(play, person, badge)
    assert (await api.ask(PATH, **{"from": play.board, "to": badge}))["trustPath"] is None
    await trust(play, person.did)
    path = (await api.ask(PATH, **{"from": play.board, "to": badge}))["trustPath"]
    nothing = {"endorsement": None, "kind": None, "target": None}
    assert path["steps"] == [
        {"from": play.board, "to": person.did, "by": "TRUST_LIST", **nothing, "marks": []},
        {"from": person.did, "to": badge, "by": "ENDORSEMENT", "endorsement": kept, "kind": "ENDORSE", "target": badge, "marks": []},
    ]  # fmt: skip
    assert not path["cut"]
    assert (await api.ask(PATH, **{"from": play.board, "to": badge, "steps": 1}))["trustPath"] is None
    await api.do("setEndorsementDisplay", "dean", endorsement=kept, shown=False)
    assert (await api.ask(PATH, **{"from": play.board, "to": badge}))["trustPath"] is None
    assert (await api.ask(PATH, **{"from": play.board, "to": badge, "at": "2026-01-01T00:00:00Z"}))["trustPath"] is None


async def test_no_chain_speaks_of_what_a_learner_holds(play: Play, api: Api) -> None:
    said = await play.recommended()
    (target,) = [each["targetId"] for each in [said]]
    assert await api.codes(PATH, **{"from": play.school, "to": target}) == ["NOT_FOUND"]
    await api.do("setAwardDisplay", "teacher", award=target, shown=True)
    assert (await api.ask(PATH, **{"from": play.school, "to": target}))["trustPath"] is None
    chain = (await api.ask(PATH, **{"from": play.school, "to": play.university, "steps": 1}))["trustPath"]
    assert said["id"] not in {step["endorsement"] for step in (chain["steps"] if chain else [])}


async def test_a_chain_of_too_many_steps_is_refused(play: Play, api: Api) -> None:
    for steps in (0, 6):
        codes = await api.codes(PATH, **{"from": play.board, "to": play.badge, "steps": steps})
        assert codes == ["STEPS_OUT_OF_RANGE"]


async def test_each_standing_is_counted_for_itself(play: Play, api: Api) -> None:
    badge = await play.achievement()
    await play.endorsed(badge)
    for _ in range(2):
        await keep(play, Person.new(), badge)
    found = (await api.ask(COUNTED, id=badge))["achievement"]
    assert [found[each]["totalCount"] for each in ("own", "foreign", "attested", "all")] == [1, 2, 0, 3]
    assert {edge["node"]["checkedCode"] for edge in found["foreign"]["edges"]} == {None}
    assert all(edge["node"]["heldAt"] for edge in found["foreign"]["edges"])


async def test_what_did_not_hold_when_its_issuer_was_asked_is_not_shown_as_in_force(play: Play, api: Api) -> None:
    badge = await play.achievement()
    kept = await keep(play, Person.new(), badge)
    connection = api.world.store.connection
    failed = "MATCH (e:Endorsement {id: $id}) SET e.checkedOutcome = 'failed', e.checkedCode = 'CREDENTIAL_SUSPENDED'"
    await connection.driver.execute_query(failed, {"id": kept}, database_=connection.database)
    asked = "query($id: ID!) { endorsement(id: $id) { checkedOutcome checkedCode } }"
    found = (await api.ask(asked, "dean", id=kept))["endorsement"]
    assert found == {"checkedOutcome": "FAILED", "checkedCode": "CREDENTIAL_SUSPENDED"}
    page = (await api.get(badge, **{"Accept": "text/html", "Accept-Language": "ja"})).text
    assert phrase("WEB_STANDS_UNCONFIRMED", "ja") in page
    assert phrase("WEB_STANDS_FOREIGN", "ja") not in page


async def test_exactly_one_of_document_and_address(play: Play, api: Api) -> None:
    for given in ({}, {"document": "{}", "url": "https://x.example/"}):
        assert await api.refused("keepEndorsement", "dean", input=given) == [("ONE_OF_ARGUMENTS", "input")]
    assert [code for code, _ in await api.refused("keepEndorsement", "dean", input={"url": "https://x.example/"})] == [
        "FETCH_OFF"
    ]


async def test_a_token_from_elsewhere_has_a_page_and_is_served_as_it_is(play: Play, api: Api) -> None:
    person, badge = Person.new("甲野 乙子"), await play.achievement()
    draft = vc_jwt.begin(endorsement(person, badge), person.method, Algorithm.ED25519)
    token = draft.finish(person.key.sign(draft.data))
    kept = await api.do("keepEndorsement", "dean", input={"document": token})
    document = kept["endorsement"]["credential"]
    assert document["form"] == "JWT"
    page = await api.get(f"/credentials?id={document['id']}", Accept="text/html")
    assert page.status_code == 200
    assert "甲野 乙子" in page.text
    assert "credentials.jwt?id=" in page.text
    assert "credentials.json" not in page.text
    for address in ("/credentials", "/credentials.jwt"):
        served = await api.get(f"{address}?id={document['id']}")
        assert (served.status_code, served.text) == (200, token)
        assert served.headers["content-type"].startswith("text/plain")
    assert (await api.get(f"/credentials.json?id={document['id']}")).status_code == 404
