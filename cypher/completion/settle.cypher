// Changes a completion together with what is done about it, if it is as it was judged; it is judged once more.
// index: completion_id
MATCH (c:Completion {id: $id}) REMOVE c.lock
WITH c WHERE c.version = $version
SET c.version = $version + 1, c.nextChange = CASE WHEN c.nextChange < $at THEN c.nextChange ELSE $at END, c += $changes
RETURN c.id AS row
