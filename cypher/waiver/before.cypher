// What is needed to judge a waiver: the pathway, where the requirement is part of something in it, and what it would repeat.
// index: pathway_id, learner_id
MATCH (p:Pathway {id: $pathwayId})
RETURN {ownerId: p.ownerId, shown: p.shown, readers: p.readers,
        inForce: COLLECT {
          MATCH (:Learner {id: $learnerId})<-[:OF_LEARNER]-(w:Waiver)
          WHERE w.pathwayId = $pathwayId AND w.node = $node AND w.until > $at
          RETURN {id: w.id, until: w.until} },
        nodes: COLLECT {
          MATCH (p)-[:HAS_VERSION]->(v:PathwayVersion)-[:HAS_NODE]->(r:Requirement)
          WHERE r.nodeId = $node
          RETURN {part: EXISTS { MATCH (v)-[:HAS_NODE]->(:Requirement)-[:REQUIRES]->(r) }} }} AS row
