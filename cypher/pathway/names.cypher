// What the things that definitions speak of are called, and who may see them; a version has the name of its pathway.
// index: entity_id
MATCH (e:Entity)
WHERE e.id IN $ids
OPTIONAL MATCH (p:Pathway)-[:HAS_VERSION]->(e)
WITH e, p, coalesce(e.nameMap, p.nameMap) AS nameMap
WHERE nameMap IS NOT NULL
RETURN {id: e.id, nameMap: nameMap, versionNumber: CASE WHEN p IS NULL THEN null ELSE e.number END, shown: e.shown, readers: e.readers} AS row
