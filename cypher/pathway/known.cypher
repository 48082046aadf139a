// Which of some identifiers exist here, what they are, whose, and the results that achievements describe.
// index: entity_id
MATCH (e:Entity)
WHERE e.id IN $ids
RETURN {id: e.id, type: e.type, ownerId: e.ownerId, resultDescriptions: e.resultDescriptions} AS row
