// Who made an award.
// index: profile_id
MATCH (node:Profile)
WHERE node.id = parent.ownerId
