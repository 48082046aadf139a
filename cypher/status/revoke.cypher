// Sets the status slot of an endorsement, award or statement and makes its list due for signing.
// index: entity_id
MATCH (:Entity {id: $id})<-[:STATUS_OF]-(s:StatusSlot)-[:SLOT_OF]->(l:StatusList)
SET s.revoked = true, s.revokedAt = $at, l.version = l.version + 1
RETURN l.id AS row
