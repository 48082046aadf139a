// Lets one issuer award many at a time; answers only if the learners hold no more of that than when it was judged.
// index: profile_id, learner_id
// The count is of no use but to make two who do this at once wait for, or collide with, each other.
MATCH (issuer:Profile {id: $issuer})
SET issuer.awardings = coalesce(issuer.awardings, 0) + 1
WITH issuer
UNWIND $learners AS id
MATCH (l:Learner {id: id})
OPTIONAL MATCH (l)<-[:HELD_BY]-(w:Award)
WHERE w.achievementId IN $achievements AND w.ownerId = $issuer AND w.ended IS NULL
WITH count(w) AS held WHERE held = $held
RETURN held AS row
