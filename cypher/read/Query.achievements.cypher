// Achievements by name, of one owner or of all.
// index: achievement_owner_id_sk_name, achievement_sk_name
// order NAME: ownerId, skName ASC  // if owner
// order NAME: skName ASC
MATCH (node:Achievement)
WHERE node.ownerId = $owner  // if owner
