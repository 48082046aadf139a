// What is needed to award many at once: the achievements, the learners, and what these hold of those from one issuer.
// index: achievement_id, learner_id
UNWIND $achievements AS id
MATCH (a:Achievement {id: id})
RETURN {id: a.id, ownerId: a.ownerId, number: a.number, resultDescriptions: a.resultDescriptions} AS row
UNION ALL
UNWIND $learners AS id
MATCH (l:Learner {id: id})
RETURN {learner: l.id, held: COLLECT {
  MATCH (l)<-[:HELD_BY]-(w:Award)
  WHERE w.achievementId IN $achievements AND w.ownerId = $issuer AND w.ended IS NULL
  RETURN {achievement: w.achievementId, awardedAt: w.awardedAt} }} AS row
