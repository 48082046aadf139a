// Links requirements to the parts that they require, in order.
// index: requirement_id
UNWIND $links AS link
MATCH (whole:Requirement {id: link.whole})
MATCH (part:Requirement {id: link.part})
CREATE (whole)-[r:REQUIRES {position: link.position}]->(part)
RETURN count(r) AS row
