// Publishes the next version of an achievement, if nobody else did meanwhile.
// index: achievement_id
MATCH (a:Achievement {id: $id}) REMOVE a.lock
WITH a WHERE a.version = $version
SET a.version = $version + 1, a += $achievement
CREATE (a)-[:HAS_VERSION]->(v:Version:Entity {type: 'Version', shown: true})
SET v += $published
RETURN a.id AS row
