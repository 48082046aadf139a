// A page of the completions of a pathway that are kept: whose they are.
// index: completion_pathway_id_learner_id
MATCH (c:Completion)
WHERE c.pathwayId = $id AND c.learnerId > $after
WITH c ORDER BY c.pathwayId, c.learnerId LIMIT $limit
RETURN {learner: c.learnerId, key: c.learnerId} AS row
