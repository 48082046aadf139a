// What is needed to judge an enrolment: the pathway, its published versions, since when the learner was enrolled in it, and what it would repeat.
// index: pathway_id, learner_id
MATCH (p:Pathway {id: $pathwayId})
RETURN {ownerId: p.ownerId, shown: p.shown, readers: p.readers,
        enrolledSince: COLLECT {
          MATCH (:Learner {id: $learnerId})<-[:OF_LEARNER]-(e:Enrolment)
          WHERE e.pathwayId = $pathwayId
          RETURN e.since },
        inForce: COLLECT {
          MATCH (:Learner {id: $learnerId})<-[:OF_LEARNER]-(e:Enrolment)
          WHERE e.pathwayId = $pathwayId AND e.until > $at
          RETURN e.id },
        versions: COLLECT {
          MATCH (p)-[:HAS_VERSION]->(v:PathwayVersion)
          WHERE v.state = 'PUBLISHED'
          RETURN {version: v.id, number: v.number, digest: v.digest, since: v.since, closedFrom: v.closedFrom, until: v.until} }} AS row
