// What is needed to judge an enrolment: the pathway, its versions with whether the learner began before they close, and what it would repeat.
// index: pathway_id, learner_id
MATCH (p:Pathway {id: $pathwayId})
RETURN {ownerId: p.ownerId, shown: p.shown, readers: p.readers,
        inForce: COLLECT {
          MATCH (:Learner {id: $learnerId})<-[:OF_LEARNER]-(e:Enrolment)
          WHERE e.pathwayId = $pathwayId AND e.until > $at
          RETURN e.id },
        versions: COLLECT {
          MATCH (p)-[:HAS_VERSION]->(v:PathwayVersion)
          WHERE v.state = 'PUBLISHED'
          RETURN {id: v.id, number: v.number, since: v.since, closedFrom: v.closedFrom, until: v.until,
                  began: EXISTS {
                    MATCH (:Learner {id: $learnerId})<-[:OF_LEARNER]-(e:Enrolment)
                    WHERE e.pathwayId = $pathwayId AND e.since < v.closedFrom }
                  OR EXISTS {
                    MATCH (v)-[:HAS_NODE]->(:Requirement)-[:ACCEPTS]->(:Achievement)<-[:OF]-(w:Award)
                    WHERE w.holderId = $learnerId AND w.awardedAt < v.closedFrom AND w.until > w.since }} }} AS row
