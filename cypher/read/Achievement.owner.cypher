// The profile that offers an achievement; by its id, for the achievement may have any number of relationships.
// index: profile_id
MATCH (node:Profile)
WHERE node.id = parent.ownerId
