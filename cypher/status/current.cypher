// A status list as last signed, and what signing it anew would need.
// index: status_list_id
MATCH (l:StatusList {id: $id})-[:LIST_OF]->(p:Profile)
RETURN {id: l.id, version: l.version, purpose: l.purpose, issuer: {id: p.id, name: p.name, nameMap: p.nameMap, url: p.url},
        signed: COLLECT { MATCH (l)<-[:STATES]-(c:Credential {until: '9999-12-31T23:59:59Z'}) RETURN {id: c.id, bytes: c.bytes, digest: c.digest, listVersion: c.listVersion, validFrom: c.validFrom, validUntil: c.validUntil} },
        keys: COLLECT { MATCH (p)<-[:KEY_OF]-(k:Key) RETURN {id: k.id, publicKeyMultibase: k.publicKeyMultibase, sealed: k.sealed, state: k.state, since: k.since, until: k.until} },
        revoked: COLLECT { MATCH (l)<-[:SLOT_OF]-(s:StatusSlot {revoked: true}) RETURN [s.position, s.revokedAt] ORDER BY s.position }} AS row
