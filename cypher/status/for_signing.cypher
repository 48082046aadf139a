// What signing a status list needs: its issuer with keys, and the places that are revoked.
// index: status_list_id
MATCH (l:StatusList {id: $id})-[:LIST_OF]->(p:Profile)
RETURN {id: l.id, purpose: l.purpose, issuer: {id: p.id, name: p.name, nameMap: p.nameMap, url: p.url},
        keys: COLLECT { MATCH (p)<-[:KEY_OF]-(k:Key) RETURN {id: k.id, algorithm: k.algorithm, publicKeyMultibase: k.publicKeyMultibase, sealed: k.sealed, state: k.state, since: k.since, until: k.until} },
        revoked: COLLECT { MATCH (l)<-[:SLOT_OF]-(s:StatusSlot {revoked: true}) RETURN [s.position, s.revokedAt] ORDER BY s.position }} AS row
