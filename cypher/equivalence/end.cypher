// Ends a claim of equivalence, if nobody changed it meanwhile.
// index: equivalence_id
MATCH (q:Equivalence {id: $id}) REMOVE q.lock
WITH q WHERE q.version = $version
SET q.version = $version + 1, q += $changes
RETURN q.id AS row
