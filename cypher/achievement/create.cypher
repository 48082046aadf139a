// Creates an achievement that a profile offers, with its first version.
// index: profile_id
MATCH (owner:Profile {id: $ownerId})
CREATE (owner)-[:OFFERS]->(a:Achievement:Entity {type: 'Achievement', shown: true, version: 1})
CREATE (a)-[:HAS_VERSION]->(v:Version:Entity {type: 'Version', shown: true})
SET a += $achievement, v += $published
RETURN a.id AS row
