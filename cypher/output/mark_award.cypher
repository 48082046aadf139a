// Marks an award whose basis lapsed, or takes the mark away, if nobody changed it meanwhile.
// index: award_id
MATCH (w:Award {id: $id}) REMOVE w.lock
WITH w WHERE w.version = $version
SET w.version = $version + 1, w += $changes
RETURN w.id AS row
