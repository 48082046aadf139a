// A page of the achievements that a profile offers: facts about all who hold one.
// index: achievement_owner_id_sk_name
MATCH (a:Achievement)
WHERE a.ownerId = $id AND a.skName > $after
WITH a ORDER BY a.ownerId, a.skName LIMIT $limit
RETURN {achievement: a.id, learner: null, key: a.skName} AS row
