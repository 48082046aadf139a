// The published ones of some versions and all that they rest on; definitions only if not too many requirements together.
// index: pathway_version_id
MATCH (v:PathwayVersion)
WHERE v.id IN $ids AND v.state = 'PUBLISHED'
OPTIONAL MATCH (v)-[:RESTS_ON]->(below:PathwayVersion)
WITH collect(v) + collect(below) AS found
UNWIND found AS each
WITH DISTINCT each
WITH each, COUNT { MATCH (each)-[:HAS_NODE]->(r) RETURN r } AS nodes
WITH collect(each) AS versions, sum(nodes) AS nodes
UNWIND versions AS each
RETURN {id: each.id, until: each.until, nodes: nodes, definition: CASE WHEN nodes <= $limit THEN each.definition END} AS row
