// Links requirements to the achievements that they accept.
// index: requirement_id, achievement_id
UNWIND $links AS link
MATCH (leaf:Requirement {id: link.leaf})
MATCH (a:Achievement {id: link.target})
CREATE (leaf)-[r:ACCEPTS]->(a)
RETURN count(r) AS row
