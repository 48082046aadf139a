// Writes beside endorsements what kind of party made them.
// index: endorsement_id
UNWIND $ids AS id
MATCH (by:Profile)-[:MADE]->(e:Endorsement {id: id})
SET e.endorserKind = by.kind
RETURN e.id AS row
