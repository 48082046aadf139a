// The keys of a profile, newest first, each with how many documents stand that it signed and that state what holds.
// index: profile_id, credential_key_id_id
MATCH (p:Profile {id: $profileId})
WHERE p.foreign IS NULL
RETURN COLLECT {
  MATCH (p)<-[:KEY_OF]-(k:Key)
  RETURN {id: k.id, algorithm: k.algorithm, state: k.state, since: k.since, until: k.until, credentials: COUNT {
    MATCH (c:Credential)-[:STATES]->(s) WHERE c.keyId = k.id AND c.id > '' AND c.until = '9999-12-31T23:59:59Z' AND s.until > $at }}
  ORDER BY k.since DESC, k.id } AS row
