// What is needed to move an endorsement: its state, whose business it is, and what it would sign with.
// index: endorsement_id
MATCH (by:Profile)-[:MADE]->(e:Endorsement {id: $id})-[:ENDORSES]->(target)
RETURN {id: e.id, version: e.version, state: e.state, standing: e.standing, kind: e.kind, endorserId: e.endorserId, ownerId: e.ownerId,
        holderId: e.holderId, requestedBy: e.requestedBy, invitationId: e.invitationId, acceptedBy: e.acceptedBy, selfEndorsement: coalesce(e.selfEndorsement, false), requestUntil: e.requestUntil, comment: e.comment, language: e.language,
        validUntil: e.validUntil, since: e.since, until: e.until, targetNumber: e.targetNumber, targetDigest: e.targetDigest, issuedAt: e.issuedAt, credentialId: e.credentialId, shown: e.shown, hidden: coalesce(e.hidden, false), readers: e.readers,
        recognition: e.recognition, recognitionDigest: e.recognitionDigest,
        target: {id: target.id, type: target.type, number: target.number, digest: target.digest, name: target.name, shown: target.shown},
        pathway: COLLECT { MATCH (target)<-[:HAS_VERSION]-(p:Pathway) RETURN {id: p.id, name: p.name, number: p.number} },
        endorser: {id: by.id, name: by.name, nameMap: by.nameMap, url: by.url, differentPeople: by.differentPeople, allowsSelfEndorsement: by.allowsSelfEndorsement},
        slot: COLLECT { MATCH (e)<-[:STATUS_OF]-(s:StatusSlot)-[:SLOT_OF]->(l:StatusList) RETURN {listId: l.id, position: s.position} },
        documents: COLLECT { MATCH (e)<-[:STATES]-(c:Credential) RETURN {number: coalesce(c.number, 1), since: c.since} },
        keys: COLLECT { MATCH (by)<-[:KEY_OF]-(k:Key) RETURN {id: k.id, algorithm: k.algorithm, publicKeyMultibase: k.publicKeyMultibase, sealed: k.sealed, state: k.state, since: k.since, until: k.until} },
        lists: COLLECT { MATCH (by)<-[:LIST_OF]-(l:StatusList {purpose: 'revocation'}) RETURN {id: l.id, number: l.number, taken: COUNT { (l)<-[:SLOT_OF]-() }} ORDER BY l.number DESC LIMIT 1 }} AS row
