// What of some types these events are about, and the pathway versions that they answered.
// index: event_id
MATCH (e:Event)
WHERE e.id IN $ids
MATCH (e)-[:ABOUT]->(x:Entity)
WHERE x.type IN $types
WITH DISTINCT x
RETURN {id: x.id, type: x.type} AS row
UNION ALL
MATCH (e:Event)
WHERE e.id IN $ids
MATCH (e)-[:ABOUT]->(:Pathway)-[:HAS_VERSION]->(v:PathwayVersion)
WHERE v.id IN e.results
WITH DISTINCT v
RETURN {id: v.id, type: v.type} AS row
