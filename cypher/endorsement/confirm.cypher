// Links a prepared endorsement to the earlier one that it confirms, unless another does so for the same version.
// index: endorsement_id
MATCH (earlier:Endorsement {id: $confirms}) REMOVE earlier.lock
WITH earlier
MATCH (e:Endorsement {id: $id})
WHERE NOT EXISTS {
  MATCH (earlier)<-[:CONFIRMS]-(other:Endorsement)
  WHERE other.targetId = $targetId AND other.targetNumber = $number AND other.state IN ['ACCEPTED', 'ISSUED'] }
CREATE (e)-[:CONFIRMS]->(earlier)
RETURN e.id AS row
