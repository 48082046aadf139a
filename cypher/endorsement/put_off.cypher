// Puts off asking the issuer of an endorsement, unless somebody asked meanwhile.
// index: endorsement_id
MATCH (e:Endorsement {id: $id}) REMOVE e.lock
WITH e WHERE e.nextCheck <= $at
SET e.nextCheck = $nextCheck
RETURN e.id AS row
