// Who is on the way toward a pathway, or completed it.
// index: completion_pathway_id_sk_date
// order NEWEST: pathwayId, skDate DESC
// order OLDEST: pathwayId, skDate ASC
MATCH (node:Completion)
WHERE node.pathwayId = parent.id
  AND node.state = $state                                               // if state
  AND node.review = $review                                             // if review
  AND (node.learnerId IN $viewer OR EXISTS { MATCH (node)-[:OF_LEARNER]->(:Learner)-[:GAVE]->(c:Consent) WHERE c.profileId IN $viewer AND c.purpose = 'PROGRESS' AND c.since <= $at AND $at < c.until })  // if state  // for member
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer) OR EXISTS { MATCH (node)-[:OF_LEARNER]->(:Learner)-[:GAVE]->(c:Consent) WHERE c.profileId IN $viewer AND c.purpose = 'PROGRESS' AND c.since <= $at AND $at < c.until })  // for member
