// A framework by its id.
// index: framework_id
MATCH (node:Framework)
WHERE node.id = $id
