// Completions that are to be judged, those that wait longest first.
// index: completion_next_change
MATCH (c:Completion)
WHERE c.nextChange <= $at
WITH c ORDER BY c.nextChange LIMIT $limit
RETURN {id: c.id, pathway: c.pathwayId, learner: c.learnerId, owner: c.ownerId, version: c.version} AS row
