// Enrols a learner in a pathway, unless the learner is enrolled.
// index: learner_id, pathway_id
// The count is of no use but to make two who do this at once wait for, or collide with, each other.
MATCH (l:Learner {id: $learnerId})
SET l.enrolments = coalesce(l.enrolments, 0) + 1
WITH l
MATCH (p:Pathway {id: $pathwayId})
WHERE NOT EXISTS {
  MATCH (l)<-[:OF_LEARNER]-(e:Enrolment)
  WHERE e.pathwayId = $pathwayId AND e.until > $at }
CREATE (l)<-[:OF_LEARNER]-(new:Enrolment:Entity {type: 'Enrolment', shown: false, version: 1})-[:IN_PATHWAY]->(p)
SET new += $enrolment
RETURN new.id AS row
