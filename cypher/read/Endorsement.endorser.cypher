// Who endorses.
// index: profile_id
MATCH (node:Profile)
WHERE node.id = parent.endorserId
