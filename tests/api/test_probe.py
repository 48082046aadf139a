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

    for opening, closing in (('{"root":', "}"), ('{"root":[', "]}"), ("[","]")):
      for n in (100, 300, 450, 480, 500, 900, 950, 990, 1010):
        n = n // opening.count("[") if opening != '{"root":' and opening != "[" else n
        a = {"owner": play.board, "name": T("x"), "definition": 1}
        body = json.dumps({"query": document("createPathway", a), "variables": a}).replace('"definition": 1', '"definition": ' + opening*n + "1" + closing*n)
        try:
            r = await api.client.post("/graphql", content=body.encode(), headers={"content-type": "application/json", "X-Persona": "editor"})
            print("==deep", opening, n, r.status_code, r.text[:200], r.text[-100:])
        except BaseException as e:
            print("==deep", opening, n, "!!", type(e).__name__, str(e)[:300])
            continue
        if '"pathway"' in r.text:
            id = r.json()["data"]["createPathway"]["pathway"]["id"]
            await show("check deep", "checkPathwayDraft", "editor", pathway=id)
            await show("publish deep", "publishPathwayVersion", "editor", pathway=id)
    for d in ([], "x", None, {}, {"root": 5}, {"nodes": 5}, {"root": "a", "nodes": [{"id": "a", "kind": "LEAF", "targets": [play.badge], "times": 2**63}]},
              {"root": "a", "nodes": [{"id": "a", "kind": "LEAF", "targets": [play.badge], "times": 2**64}]},
              {"root": "a", "nodes": [{"id": "a", "kind": "LEAF", "targets": [play.badge], "times": 2.0}]},
              {"root": "a", "nodes": [{"id": "a", "kind": "LEAF", "targets": [play.badge], "times": 1e300}]},
              ):
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
