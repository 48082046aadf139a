// The next profiles with their public keys, for export.
// index: profile_id
MATCH (p:Profile)
WHERE p.id > $after AND p.foreign IS NULL
WITH p ORDER BY p.id LIMIT $limit
RETURN {id: p.id, name: p.name, nameMap: p.nameMap, url: p.url, description: p.description,
        keys: COLLECT { MATCH (p)<-[:KEY_OF]-(k:Key) RETURN {id: k.id, publicKeyMultibase: k.publicKeyMultibase, state: k.state, since: k.since, until: k.until} }} AS row
