// The published bytes of one version (number 0: the newest) of an achievement or profile.
// index: entity_id
MATCH (e:Entity {id: $id})-[:HAS_VERSION]->(v:Version)
WHERE v.number = $number OR ($number = 0 AND v.number = e.number)
RETURN {bytes: v.bytes, digest: v.digest} AS row
