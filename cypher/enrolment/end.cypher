// Ends an enrolment, if nobody changed it meanwhile.
// index: enrolment_id
MATCH (e:Enrolment {id: $id}) REMOVE e.lock
WITH e WHERE e.version = $version
SET e.version = $version + 1, e += $changes
RETURN e.id AS row
