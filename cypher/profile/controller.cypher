// A profile with its public keys: what its controlled identifier document says.
// index: profile_id
MATCH (p:Profile {id: $id})
WHERE p.foreign IS NULL
RETURN {id: p.id, name: p.name, nameMap: p.nameMap, url: p.url, description: p.description,
        keys: COLLECT { MATCH (p)<-[:KEY_OF]-(k:Key) RETURN {id: k.id, publicKeyMultibase: k.publicKeyMultibase, state: k.state, since: k.since, until: k.until} }} AS row
