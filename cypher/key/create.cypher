// Gives a profile another key, if nobody changed the profile meanwhile.
// index: profile_id
MATCH (p:Profile {id: $profileId}) REMOVE p.lock
WITH p WHERE p.version = $version
SET p.version = $version + 1
CREATE (p)<-[:KEY_OF]-(k:Key {type: 'Key'})
SET k += $key
RETURN k.id AS row
