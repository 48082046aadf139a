// Keeps no completion for whom there is no fact; one that was marked or changed meanwhile is left as it is.
// index: completion_id
UNWIND $completions AS given
MATCH (c:Completion {id: given.id}) REMOVE c.lock
WITH c, given WHERE c.version = given.version
WITH c, c.id AS id
DETACH DELETE c
RETURN id AS row
