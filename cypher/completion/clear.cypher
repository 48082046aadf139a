// Throws completions away, some at a time.
// index: completion_id
MATCH (c:Completion)
WHERE c.id > ''
WITH c, c.id AS id LIMIT $limit
DETACH DELETE c
RETURN id AS row
