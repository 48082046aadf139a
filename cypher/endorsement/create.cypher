// Creates endorsements, requested, offered or kept, one or many. What kind of party says so goes with it, so that lists can be of one kind.
// index: profile_id, entity_id
UNWIND $endorsements AS new
MATCH (by:Profile {id: new.endorserId})
MATCH (target:Entity {id: new.targetId})
CREATE (by)-[:MADE]->(e:Endorsement:Entity {type: 'Endorsement', version: 1, endorserKind: by.kind})-[:ENDORSES]->(target)
SET e += new
RETURN e.id AS row
