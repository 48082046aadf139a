// Moves an endorsement to another state, if nobody moved it meanwhile.
// index: endorsement_id
MATCH (e:Endorsement {id: $id}) REMOVE e.lock
WITH e WHERE e.version = $version
SET e.version = $version + 1, e += $changes
RETURN e.id AS row
