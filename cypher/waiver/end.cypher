// Ends a waiver, if nobody changed it meanwhile.
// index: waiver_id
MATCH (w:Waiver {id: $id}) REMOVE w.lock
WITH w WHERE w.version = $version
SET w.version = $version + 1, w += $changes
RETURN w.id AS row
