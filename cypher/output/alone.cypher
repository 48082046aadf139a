// Lets one at a time award an output to a learner; answers only if the learner holds none of it that counts.
// index: learner_id
// The count is of no use but to make two who do this at once wait for, or collide with, each other.
MATCH (l:Learner {id: $learner})
SET l.outputs = coalesce(l.outputs, 0) + 1
WITH l
WHERE NOT EXISTS {
  MATCH (l)<-[:HELD_BY]-(w:Award)
  WHERE w.achievementId = $achievement AND w.ended IS NULL AND w.suspendedSince IS NULL AND w.since <= $at AND w.until > $at }
RETURN l.id AS row
