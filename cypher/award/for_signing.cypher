// What signing awards needs: what was awarded, who awarded it with which keys and lists, and what was signed before.
// index: award_id
UNWIND $ids AS id
MATCH (w:Award {id: id})-[:ISSUED_BY]->(p:Profile)
MATCH (w)-[:OF]->(:Achievement)-[:HAS_VERSION]->(v:Version)
WHERE v.number = w.number
RETURN {id: w.id, version: w.version, ownerId: w.ownerId, holderId: w.holderId, achievementId: w.achievementId, number: w.number,
        awardedAt: w.awardedAt, since: w.since, until: w.until, ended: w.ended, issuedAt: w.issuedAt, shown: w.shown, readers: w.readers,
        results: w.results, evidence: w.evidence, achievement: v.bytes, language: v.language,
        issuer: {id: p.id, name: p.name, nameMap: p.nameMap, url: p.url},
        keys: COLLECT { MATCH (p)<-[:KEY_OF]-(k:Key) RETURN {id: k.id, algorithm: k.algorithm, publicKeyMultibase: k.publicKeyMultibase, sealed: k.sealed, state: k.state, since: k.since, until: k.until} },
        lists: COLLECT { MATCH (p)<-[:LIST_OF]-(l:StatusList {purpose: 'revocation'}) RETURN {id: l.id, number: l.number, taken: COUNT { (l)<-[:SLOT_OF]-() }} ORDER BY l.number DESC LIMIT 1 },
        slot: COLLECT { MATCH (w)<-[:STATUS_OF]-(s:StatusSlot)-[:SLOT_OF]->(l:StatusList) RETURN {listId: l.id, position: s.position} },
        documents: COLLECT { MATCH (w)<-[:STATES]-(c:Credential) RETURN {number: c.number, since: c.since} }} AS row
