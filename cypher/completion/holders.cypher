// Who holds, or held, an achievement: a page of its awards.
// index: award_achievement_id_sk_date
MATCH (w:Award)
WHERE w.achievementId = $id AND w.skDate > $after
WITH w ORDER BY w.achievementId, w.skDate LIMIT $limit
RETURN {learner: w.holderId, key: w.skDate} AS row
