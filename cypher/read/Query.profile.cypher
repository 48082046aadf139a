// A profile by its id.
// index: profile_id
MATCH (node:Profile)
WHERE node.id = $id
