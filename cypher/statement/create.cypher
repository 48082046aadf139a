// Makes the statement that a learner completed a pathway, unless one stands.
// index: learner_id, profile_id
// The count is of no use but to make two who do this at once wait for, or collide with, each other.
MATCH (l:Learner {id: $learnerId})
SET l.statements = coalesce(l.statements, 0) + 1
WITH l
MATCH (p:Profile {id: $ownerId})
WHERE NOT EXISTS {
  MATCH (l)<-[:COMPLETED_BY]-(s:Statement)
  WHERE s.pathwayId = $pathwayId AND s.ended IS NULL }
CREATE (l)<-[:COMPLETED_BY]-(new:Statement:Entity {type: 'Statement', shown: false, version: 1})-[:STATED_BY]->(p)
SET new += $statement
RETURN new.id AS row
