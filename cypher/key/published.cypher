// The next keys that were not compromised, of all profiles.
// index: key_id
MATCH (k:Key)
WHERE k.id > $after AND k.state <> 'COMPROMISED'
WITH k ORDER BY k.id LIMIT $limit
RETURN {id: k.id, profileId: k.profileId, publicKeyMultibase: k.publicKeyMultibase} AS row
