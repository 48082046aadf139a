// Awards an achievement to a learner.
// index: achievement_id, learner_id, profile_id
MATCH (a:Achievement {id: $achievementId})
MATCH (l:Learner {id: $holderId})
MATCH (issuer:Profile {id: $ownerId})
CREATE (a)<-[:OF]-(w:Award:Entity {type: 'Award', shown: false, version: 1})-[:HELD_BY]->(l)
CREATE (w)-[:ISSUED_BY]->(issuer)
SET w += $award
RETURN w.id AS row
