// What can be endorsed, whose it is, which version stands, and the profile that would endorse it.
// index: entity_id, profile_id
MATCH (t:Entity {id: $targetId})
WHERE t.type IN ['Profile', 'Achievement', 'Award', 'PathwayVersion']
RETURN {id: t.id, type: t.type, ownerId: coalesce(t.ownerId, t.id), holderId: t.holderId, number: t.number, digest: t.digest,
        shown: t.shown, readers: t.readers,
        endorser: COLLECT { MATCH (p:Profile {id: $endorserId}) WHERE p.foreign IS NULL RETURN {id: p.id, allowsSelfEndorsement: p.allowsSelfEndorsement} }} AS row
