// Writes what follows from names, where they are still the same.
// index: entity_id
UNWIND $named AS each
MATCH (n:Entity {id: each.id})
WHERE n.nameMap = each.nameMap
SET n += each.properties
RETURN n.id AS row
