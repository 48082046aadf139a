// Creates an endorsement, requested or offered.
// index: profile_id, entity_id
MATCH (by:Profile {id: $endorserId})
MATCH (target:Entity {id: $targetId})
CREATE (by)-[:MADE]->(e:Endorsement:Entity {type: 'Endorsement', version: 1})-[:ENDORSES]->(target)
SET e += $endorsement
RETURN e.id AS row
