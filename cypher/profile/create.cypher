// Creates a profile with its first published version, signing key and status list.
// index: none, new nodes; uniqueness of their ids decides
CREATE (p:Profile:Entity {type: 'Profile', shown: true, version: 1})
CREATE (p)-[:HAS_VERSION]->(v:Version:Entity {type: 'Version', shown: true})
CREATE (p)<-[:KEY_OF]-(k:Key {type: 'Key'})
CREATE (p)<-[:LIST_OF]-(l:StatusList:Entity {type: 'StatusList', shown: true, version: 1})
SET p += $profile, v += $published, k += $key, l += $list
RETURN p.id AS row
