// The keys of a profile, newest first: what is needed to move them.
// index: profile_id
MATCH (p:Profile {id: $profileId})
WHERE p.foreign IS NULL
RETURN {id: p.id, version: p.version,
        keys: COLLECT { MATCH (p)<-[:KEY_OF]-(k:Key) RETURN {id: k.id, algorithm: k.algorithm, state: k.state, since: k.since, until: k.until} ORDER BY k.since DESC, k.id }} AS row
