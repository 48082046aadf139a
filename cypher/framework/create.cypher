// Creates a framework; its items, stages and cells are added to it.
// index: profile_id
MATCH (by:Profile {id: $setById})
CREATE (by)<-[:SET_BY]-(f:Framework:Entity {type: 'Framework', shown: true, version: 1})
SET f += $framework
RETURN f.id AS row
