// Signed documents that stand and state what holds, in the order of their ids; but not what is hidden from who asks.
// index: credential_key_id_id
// order NEWEST: keyId, id DESC
// order OLDEST: keyId, id ASC
MATCH (node:Credential)
WHERE node.keyId = parent.id
  AND node.until = '9999-12-31T23:59:59Z'
  AND EXISTS { MATCH (node)-[:STATES]->(s) WHERE s.until > $at }
  AND node.shown = true                                                 // for public
  AND NOT EXISTS { MATCH (node)-[:STATES]->(s) WHERE s.hidden = true }  // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
  AND NOT EXISTS { MATCH (node)-[:STATES]->(s) WHERE s.hidden = true AND NOT any(r IN s.readers WHERE r IN $viewer) }  // for member
