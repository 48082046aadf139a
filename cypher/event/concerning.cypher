// A page of what of some types these events are about, and of the pathway versions that they answered.
// index: event_id
MATCH (e:Event)
WHERE e.id IN $ids
MATCH (e)-[:ABOUT]->(x:Entity)
WHERE x.type IN $types AND x.id > $after
WITH DISTINCT x ORDER BY x.id LIMIT $limit
RETURN {id: x.id, type: x.type} AS row
UNION ALL
MATCH (e:Event)
WHERE e.id IN $ids
MATCH (e)-[:ABOUT]->(:Pathway)-[:HAS_VERSION]->(v:PathwayVersion)
WHERE v.id IN e.results AND v.id > $after
WITH DISTINCT v ORDER BY v.id LIMIT $limit
RETURN {id: v.id, type: v.type} AS row
