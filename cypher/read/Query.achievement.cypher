// An achievement by its id.
// index: achievement_id
MATCH (node:Achievement)
WHERE node.id = $id
