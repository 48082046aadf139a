// The published bytes of a version by its own address, or of the newest one of an achievement or profile by theirs.
// index: entity_id
MATCH (e:Entity {id: $id})
OPTIONAL MATCH (e)-[:HAS_VERSION]->(newest:Version) WHERE newest.number = e.number
WITH coalesce(newest, e) AS v
WHERE v.type = 'Version'
RETURN {bytes: v.bytes, digest: v.digest} AS row
