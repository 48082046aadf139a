// Creates achievements that a profile offers, one or many, each with its first version.
// index: profile_id
MATCH (owner:Profile {id: $ownerId})
UNWIND $achievements AS new
CREATE (owner)-[:OFFERS]->(a:Achievement:Entity {type: 'Achievement', shown: true, version: 1})
CREATE (a)-[:HAS_VERSION]->(v:Version:Entity {type: 'Version', shown: true})
SET a += new.achievement, v += new.published
RETURN a.id AS row
