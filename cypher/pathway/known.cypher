// Which of some identifiers exist here, what they are and whose.
// index: entity_id
MATCH (e:Entity)
WHERE e.id IN $ids
RETURN {id: e.id, type: e.type, ownerId: e.ownerId} AS row
