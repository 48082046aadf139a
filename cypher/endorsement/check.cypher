// Remembers what was found when the issuer of an endorsement was asked again, if nobody asked meanwhile.
// index: endorsement_id
MATCH (e:Endorsement {id: $id}) REMOVE e.lock
WITH e WHERE coalesce(e.nextCheck, '') = $nextCheck
SET e += $found
RETURN e.id AS row
