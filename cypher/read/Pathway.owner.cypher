// Whose pathway it is.
// index: profile_id
MATCH (node:Profile)
WHERE node.id = parent.ownerId
