// What was awarded.
// index: achievement_id
MATCH (node:Achievement)
WHERE node.id = parent.achievementId
