// Links a prepared endorsement to the earlier one that it confirms, unless its endorser confirms the same of that version.
// index: endorsement_id, entity_id
MATCH (target:Entity {id: $targetId}) REMOVE target.lock
WITH target
MATCH (earlier:Endorsement {id: $confirms}) REMOVE earlier.lock
WITH target, earlier
MATCH (e:Endorsement {id: $id})
WHERE NOT EXISTS {
  MATCH (target)<-[:ENDORSES]-(other:Endorsement)-[:CONFIRMS]->()
  WHERE other.endorserId = e.endorserId AND other.kind = e.kind AND other.targetNumber = $number AND other.state IN ['ACCEPTED', 'ISSUED'] }
CREATE (e)-[:CONFIRMS]->(earlier)
RETURN e.id AS row
