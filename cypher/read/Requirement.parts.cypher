// The requirements that a requirement is made of, in their order.
// index: none, one node
RETURN COLLECT { MATCH (parent)-[r:REQUIRES]->(x:Requirement) RETURN x.id ORDER BY r.position }
