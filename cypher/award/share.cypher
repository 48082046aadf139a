// Lets one more profile read an award.
// index: award_id
MATCH (w:Award {id: $id}) REMOVE w.lock
WITH w, [r IN w.readers WHERE r <> $reader] + [$reader] AS readers
SET w.readers = readers
RETURN w.id AS row
