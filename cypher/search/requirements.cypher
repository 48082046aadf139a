// The next requirements, and whether they lack the ids of their parts.
// index: requirement_id
MATCH (n:Requirement)
WHERE n.id > $after
WITH n ORDER BY n.id LIMIT $limit
RETURN {id: n.id, lacks: n.parts IS NULL} AS row
