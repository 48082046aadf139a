// Remembers when the issuer of an endorsement was asked again, if nobody changed it meanwhile; it stays what it was.
// index: endorsement_id
MATCH (e:Endorsement {id: $id}) REMOVE e.lock
WITH e WHERE e.version = $version
SET e += $found
RETURN e.id AS row
