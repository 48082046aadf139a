// What the invitation with this secret asks for, of whom, and whether it still does.
// index: invitation_key_hash
MATCH (i:Invitation {keyHash: $keyHash})-[:INVITES_TO]->(e:Endorsement)-[:ENDORSES]->(target)
RETURN {id: i.id, until: i.until, usedAt: i.usedAt, addressHash: i.addressHash, did: i.did, byHolder: coalesce(i.requesterId = e.holderId, false),
        endorsement: e.id, ownerId: e.ownerId, state: e.state, kind: e.kind, comment: e.comment, language: e.language,
        target: {id: target.id, type: target.type, digest: target.digest, number: target.number},
        names: [target.nameMap] + COLLECT { MATCH (target)-[:OF]->(a:Achievement) RETURN a.nameMap } + COLLECT { MATCH (target)<-[:HAS_VERSION]-(w:Pathway) RETURN w.nameMap },
        badges: COLLECT { MATCH (target)-[:OF]->(a:Achievement) RETURN a.id },
        owners: COLLECT { MATCH (o:Profile {id: e.ownerId}) RETURN o.nameMap }} AS row
