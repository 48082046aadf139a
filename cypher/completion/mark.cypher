// Has completions judged from $at on; those of which there is none yet are begun, and in no list until then.
// index: completion_key, pathway_id, learner_id
UNWIND $completions AS given
MATCH (p:Pathway {id: given.pathwayId})
MATCH (l:Learner {id: given.learnerId})
MERGE (c:Completion:Entity {key: given.key})
ON CREATE SET c.id = given.id, c.type = 'Completion', c.pathwayId = p.id, c.learnerId = l.id, c.ownerId = p.ownerId,
  c.shown = false, c.readers = [], c.version = 1, c.nextChange = $at, c.state = 'NOT', c.fraction = '0', c.percentage = 0, c.judgedAt = $at
ON MATCH SET c.version = c.version + 1, c.nextChange = CASE WHEN c.nextChange < $at THEN c.nextChange ELSE $at END
MERGE (c)-[:OF_LEARNER]->(l)
MERGE (c)-[:IN_PATHWAY]->(p)
RETURN c.id AS row
