// A key by its verification method.
// index: key_id
MATCH (node:Key)
WHERE node.id = $id
