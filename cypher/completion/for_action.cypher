// What is needed to decide about the output of a completion.
// index: completion_id
MATCH (c:Completion {id: $id})
RETURN {id: c.id, pathway: c.pathwayId, learner: c.learnerId, owner: c.ownerId, version: c.version, readers: c.readers,
  consents: COLLECT {
    MATCH (c)-[:OF_LEARNER]->(:Learner)-[:GAVE]->(n:Consent)
    WHERE n.profileId IN $readers AND n.purpose = 'PROGRESS'
    RETURN {since: n.since, until: n.until} }} AS row
