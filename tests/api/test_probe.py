import json
from tests.api.play import *
from tests.api.service import document
COUNT = """MATCH (n) WITH count(n) AS nodes, sum(n.version) AS versions
RETURN {nodes: nodes, versions: versions, relationships: COUNT { MATCH ()-[r]->() RETURN r }, events: COUNT { MATCH (e:Event) RETURN e }} AS row"""
async def test_probe(play):
    api = play.api
    async def show(label, m, p, **a):
        before = await api.world.store.run("c", COUNT, {})
        try:
            r = await api.post(document(m, a), p, **a)
            r = (r.status_code, r.text[:700])
        except BaseException as e:
            r = ("!!", type(e).__name__, str(e)[:500])
        after = await api.world.store.run("c", COUNT, {})
        print("==", label, m, "CHANGED" if before != after else "same", str(r)[:800])
    T = texts
    P = lambda **k: {"input": {"name": T("x"), **k}}
    await show("dup lang", "createProfile", "operator", input={"name": [{"language":"ja","text":"a"},{"language":"ja","text":"b"}]})
    await show("dup lang case", "createProfile", "operator", input={"name": [{"language":"ja","text":"a"},{"language":"JA","text":"b"}]})
    await show("empty name", "createProfile", "operator", input={"name": []})
    await show("many", "createProfile", "operator", input={"name": T(" "), "url": "x", "slug": "A B", "description": [{"language":"??","text":"\x00"}]})
    await show("empties", "createProfile", "operator", input={"name": T("x"), "url": "", "slug": "", "description": []})
    await show("taken", "createProfile", "operator", input={"name": T("x"), "slug": "minato-board"})
    await show("nfkc", "createProfile", "operator", input={"name": T("\ufdfa"*300)})
    await show("emoji", "createProfile", "operator", input={"name": T("😀"*300)})
    await show("service slug", "createProfile", "operator", input={"name": T("x"), "slug": "service"})
    await show("long url", "createProfile", "operator", input={"name": T("x"), "url": "https://x.example/" + "a"*2030})
    await show("js url", "createProfile", "operator", input={"name": T("x"), "url": "javascript:alert(1)"})
    await show("url", "createProfile", "operator", input={"name": T("x"), "url": "https://user:pass@[::1]:99999/"})
    await show("url", "createProfile", "operator", input={"name": T("x"), "url": "https://[x/"})
    await show("long tag", "createProfile", "operator", input={"name": [{"language":"en"+"-abcdefgh"*200,"text":"b"}]})
    await show("x", "requestEndorsement", "dean", input={"endorser": "x y", "target": "", "comment": {"language":"?", "text":""}, "validUntil": "gestern"}, lapsesAt="2020-13-01")
    await show("past", "requestEndorsement", "dean", input={"endorser": "x y", "target": play.badge, "validUntil": "2020-01-01T00:00:00Z"}, lapsesAt="2020-01-01T00:00:00Z")
    await show("unknown endorser", "requestEndorsement", "dean", input={"endorser": "urn:x", "target": play.badge})
    await show("hidden target", "requestEndorsement", "stranger", input={"endorser": "urn:x", "target": play.award})
    await show("unknown target", "requestEndorsement", "stranger", input={"endorser": "urn:x", "target": "urn:y"})
    await show("hidden", "revokeAward", "stranger", award=play.award, reason="x")
    await show("unknown", "revokeAward", "stranger", award="urn:x", reason="x")
    await show("null target", "requestEndorsement", "dean", input={"endorser": play.board, "target": play.board})
    await show("self", "offerEndorsement", "officer", input={"endorser": play.board, "target": play.board})
    await show("service", "offerEndorsement", "officer", input={"endorser": play.board, "target": play.learner})
    await show("ver", "offerEndorsement", "officer", input={"endorser": play.board, "target": play.badge+"/versions/1"})
    await show("award", "awardAchievement", "desk", achievement="x y", holder="", awardedAt="x", validUntil="y")
    await show("award", "awardAchievement", "desk", achievement=play.badge, holder=play.board, awardedAt="9999-12-31T23:59:59Z", validUntil="0001-01-01T00:00:00Z")
    await show("award", "awardAchievement", "desk", achievement=play.badge, holder=play.board)
    await show("award y1", "awardAchievement", "desk", achievement=play.badge, holder=play.learner, awardedAt="0001-01-01T00:00:00+14:00")
    await show("award y9999", "awardAchievement", "desk", achievement=play.badge, holder=play.learner, validUntil="9999-12-31T23:59:59-14:00")
    await show("award open", "awardAchievement", "desk", achievement=play.badge, holder=play.learner, validUntil="9999-12-31T23:59:59Z")
    await show("award leap", "awardAchievement", "desk", achievement=play.badge, holder=play.learner, awardedAt="2016-12-31T23:59:60Z")
    for d in ([], "x", None, {}, {"root": 5}, {"nodes": 5}, {"root": "a", "nodes": [{"id": "a", "kind": "LEAF", "targets": [play.badge], "times": 2**63}]},
              {"root": "a", "nodes": [{"id": "a", "kind": "LEAF", "targets": [play.badge], "times": 2**64}]},
              {"root": "a", "nodes": [{"id": "a", "kind": "LEAF", "targets": [play.badge], "times": 2.0}]},
              {"root": "a", "nodes": [{"id": "a", "kind": "LEAF", "targets": [play.badge], "times": 1e300}]},
              json.loads("["*950 + "]"*950), json.loads('{"a":'*400 + "1" + '}'*400), json.loads('{"a":'*950 + "1" + '}'*950)):
        await show("def " + str(d)[:60], "createPathway", "editor", owner=play.board, name=T("x"), definition=d)
    for d in ({"root": "a", "nodes": [{"id": "a", "kind": "LEAF", "targets": [play.badge], "times": 2**63}]},{"root": "a", "nodes": [{"id": "a", "kind": "LEAF", "targets": [play.badge], "name": {"ja": "\ufdfa"*300}}]}):
        pw = await play.drafted(d)
        await show("check", "checkPathwayDraft", "editor", pathway=pw)
        await show("publish", "publishPathwayVersion", "editor", pathway=pw)
    await show("big name", "createPathway", "editor", owner="x y", name=T("x"*301), definition=[])
    await show("grant", "grantRole", "board-owner", principal="x y", profile="z z", role="OPERATOR", until="x")
    await show("grant past", "grantRole", "board-owner", principal=play.principals["head"], profile=play.board, role="VIEWER", until="2020-01-01T00:00:00Z")
    await show("grant profile", "grantRole", "board-owner", principal=play.board, profile=play.board, role="VIEWER")
    await show("key", "createApiKey", "board-owner", profile="x y", name="", roles=[], until="x")
    await show("key past", "createApiKey", "board-owner", profile=play.board, name="x", roles=["VIEWER"], until="2020-01-01T00:00:00Z")
    await show("key dup", "createApiKey", "board-owner", profile=play.board, name="x", roles=["VIEWER", "VIEWER"])
    await show("key op", "createApiKey", "board-owner", profile=play.board, name="x", roles=["OPERATOR"])
    await show("key unknown profile", "createApiKey", "operator", profile="https://x.example/", name="x", roles=["VIEWER"])
    await show("end none", "endRole", "board-owner", principal=play.principals["head"], profile=play.board, role="EDITOR")
    await show("end last", "endRole", "board-owner", principal=play.principals["board-owner"], profile=play.board, role="OWNER")
    await show("end not owner", "endRole", "board-owner", principal=play.principals["head"], profile=play.board, role="OWNER")
    await show("end unknown profile", "endRole", "operator", principal=play.principals["head"], profile="urn:x", role="OWNER")
    await show("end OPERATOR", "endRole", "operator", principal=play.principals["head"], profile=play.board, role="OPERATOR")
    await show("end OPERATOR self", "endRole", "operator", principal=(await api.world.store.read("principal/by_persona", persona="operator"))[0]["id"], profile="https://graph-service.example/profiles/service", role="VIEWER")
    await show("idem", "registerLearner", "desk", idempotencyKey="")
    await show("idem", "registerLearner", "desk", idempotencyKey="x"*201)
    await show("idem nul", "registerLearner", "desk", idempotencyKey="\x00𠮷😀'; MATCH (n) DETACH DELETE n //")
    await show("anon", "registerLearner", None)
    await show("anon check", "checkPathwayDraft", None, pathway=pw)
    await show("revise", "reviseAchievement", "desk", achievement="x y", input=content(""), expectedVersion=-1)
    await show("owner", "createAchievement", "desk", owner="x y", input=content(""))
    await show("stranger revise", "reviseAchievement", "stranger", achievement=play.badge, input=content("a"))
    await show("publish twice", "publishPathwayVersion", "editor", pathway=await play.published())
    await show("offer expired", "offerEndorsement", "officer", input={"endorser": play.board, "target": play.badge, "validUntil": api.clock.at})
