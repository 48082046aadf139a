// Shows an award to everybody or only to those whom it concerns, if nobody changed it meanwhile.
// index: award_id
MATCH (w:Award {id: $id}) REMOVE w.lock
WITH w WHERE w.version = $version
SET w.version = $version + 1, w.shown = $shown
RETURN w.id AS row
