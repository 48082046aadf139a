// Waives a requirement of a pathway for a learner, unless it is waived.
// index: learner_id, pathway_id
// The count is of no use but to make two who do this at once wait for, or collide with, each other.
MATCH (l:Learner {id: $learnerId})
SET l.waivers = coalesce(l.waivers, 0) + 1
WITH l
MATCH (p:Pathway {id: $pathwayId})
WHERE NOT EXISTS {
  MATCH (l)<-[:OF_LEARNER]-(w:Waiver)
  WHERE w.pathwayId = $pathwayId AND w.node = $node AND w.until > $at }
CREATE (l)<-[:OF_LEARNER]-(new:Waiver:Entity {type: 'Waiver', shown: false, version: 1})-[:IN_PATHWAY]->(p)
SET new += $waiver
RETURN new.id AS row
