// Which of some identifiers exist here, and what they are.
// index: entity_id
MATCH (e:Entity)
WHERE e.id IN $ids
RETURN {id: e.id, type: e.type} AS row
