// Writes beside requirements the ids of their parts, in their order.
// index: requirement_id
UNWIND $ids AS id
MATCH (n:Requirement {id: id})
SET n.parts = COLLECT { MATCH (n)-[r:REQUIRES]->(part:Requirement) RETURN part.id ORDER BY r.position }
RETURN n.id AS row
