// Changes a statement that stands, if nobody changed it meanwhile.
// index: statement_id
MATCH (s:Statement {id: $id}) REMOVE s.lock
WITH s WHERE s.version = $version AND s.ended IS NULL
SET s.version = $version + 1, s += $changes
RETURN s.id AS row
