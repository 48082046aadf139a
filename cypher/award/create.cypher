// Awards achievements to learners, one or many; answers the awards that were made.
// index: achievement_id, learner_id, profile_id
UNWIND $awards AS award
MATCH (a:Achievement {id: award.achievementId})
MATCH (l:Learner {id: award.holderId})
MATCH (issuer:Profile {id: award.ownerId})
CREATE (a)<-[:OF]-(w:Award:Entity {type: 'Award', shown: false, version: 1})-[:HELD_BY]->(l)
CREATE (w)-[:ISSUED_BY]->(issuer)
SET w += award
RETURN w.id AS row
