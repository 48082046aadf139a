// In which version some achievements are awarded now, and by whom.
// index: achievement_id
MATCH (a:Achievement)
WHERE a.id IN $ids
RETURN {id: a.id, number: a.number, issuer: a.ownerId} AS row
