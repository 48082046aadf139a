// What stating a learner's completion of a pathway needs: whose pathway it is, with which keys and lists, and the statement that stands.
// index: pathway_id, learner_id
MATCH (p:Profile)-[:OWNS]->(w:Pathway {id: $pathwayId})
RETURN {id: w.id, name: w.name, language: w.language, ownerId: p.id, shown: w.shown, readers: w.readers,
        issuer: {id: p.id, name: p.name, nameMap: p.nameMap, url: p.url},
        keys: COLLECT { MATCH (p)<-[:KEY_OF]-(k:Key) RETURN {id: k.id, algorithm: k.algorithm, publicKeyMultibase: k.publicKeyMultibase, sealed: k.sealed, state: k.state, since: k.since, until: k.until} },
        lists: COLLECT { MATCH (p)<-[:LIST_OF]-(l:StatusList {purpose: 'revocation'}) RETURN {id: l.id, number: l.number, taken: COUNT { (l)<-[:SLOT_OF]-() }} ORDER BY l.number DESC LIMIT 1 },
        consents: COLLECT {
          MATCH (:Learner {id: $learnerId})-[:GAVE]->(n:Consent)
          WHERE n.profileId = p.id AND n.purpose = 'PROGRESS'
          RETURN {since: n.since, until: n.until} },
        standing: COLLECT {
          MATCH (:Learner {id: $learnerId})<-[:COMPLETED_BY]-(s:Statement)
          WHERE s.pathwayId = w.id AND s.ended IS NULL
          MATCH (s)<-[:STATUS_OF]-(slot:StatusSlot)-[:SLOT_OF]->(l:StatusList)
          RETURN {id: s.id, version: s.version, issuedAt: s.issuedAt, listId: l.id, position: slot.position,
                  documents: COLLECT { MATCH (s)<-[:STATES]-(c:Credential) RETURN {number: c.number, since: c.since} }} }} AS row
