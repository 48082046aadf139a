// Keeps how completions were judged; one that was marked or changed meanwhile is left as it is.
// index: completion_id
UNWIND $completions AS given
MATCH (c:Completion {id: given.id}) REMOVE c.lock
WITH c, given WHERE c.version = given.version
SET c.version = given.version + 1, c += given.judged
RETURN c.id AS row
