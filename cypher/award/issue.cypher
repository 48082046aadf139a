// Notes that awards are signed; answers only if nobody changed one of them, or who may read it, meanwhile.
// index: award_id
UNWIND $awards AS given
MATCH (w:Award {id: given.id}) REMOVE w.lock
WITH w, given WHERE w.version = given.version AND w.shown = given.shown AND w.readers = given.readers
SET w.version = given.version + 1, w.issuedAt = coalesce(w.issuedAt, $at)
WITH count(w) AS issued WHERE issued = $count
RETURN issued AS row
