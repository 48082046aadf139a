// What the mail of an invitation is written from; nothing once it was sent.
// index: invitation_id
MATCH (i:Invitation {id: $id})-[:INVITES_TO]->(e:Endorsement)-[:ENDORSES]->(target)
WHERE i.nextTry IS NOT NULL
RETURN {id: i.id, sealed: i.sealed, tries: i.tries, nextTry: i.nextTry, until: i.until, mailLanguage: i.language, byHolder: coalesce(i.requesterId = e.holderId, false),
        endorsement: e.id, state: e.state, kind: e.kind, target: {id: target.id, type: target.type},
        names: [target.nameMap] + COLLECT { MATCH (target)-[:OF]->(a:Achievement) RETURN a.nameMap } + COLLECT { MATCH (target)<-[:HAS_VERSION]-(w:Pathway) RETURN w.nameMap },
        owners: COLLECT { MATCH (o:Profile {id: e.ownerId}) RETURN o.nameMap }} AS row
