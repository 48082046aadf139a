// Links a prepared endorsement to the earlier one that it confirms, unless its endorser confirms the same of that version.
// index: endorsement_id, entity_id
// The count is of no use but to make two who do this at once wait for, or collide with, each other.
MATCH (target:Entity {id: $targetId})
SET target.confirmings = coalesce(target.confirmings, 0) + 1
WITH target
MATCH (earlier:Endorsement {id: $confirms})
MATCH (e:Endorsement {id: $id})
WHERE NOT EXISTS {
  MATCH (target)<-[:ENDORSES]-(other:Endorsement)-[:CONFIRMS]->()
  WHERE other.endorserId = e.endorserId AND other.kind = e.kind AND other.targetNumber = $number AND other.state IN ['ACCEPTED', 'ISSUED'] }
CREATE (e)-[:CONFIRMS]->(earlier)
RETURN e.id AS row
