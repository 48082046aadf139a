// The pathways toward which a learner is on the way, or complete.
// index: completion_learner_id_sk_date
// order NEWEST: learnerId, skDate DESC
// order OLDEST: learnerId, skDate ASC
MATCH (node:Completion)
WHERE node.learnerId = parent.id
  AND node.state = $state                                               // if state
  AND node.review = $review                                             // if review
  AND (node.learnerId IN $viewer OR EXISTS { MATCH (node)-[:OF_LEARNER]->(:Learner)-[:GAVE]->(c:Consent) WHERE c.profileId IN $viewer AND c.purpose = 'PROGRESS' AND c.since <= $at AND $at < c.until })  // if state  // for member
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer) OR EXISTS { MATCH (node)-[:OF_LEARNER]->(:Learner)-[:GAVE]->(c:Consent) WHERE c.profileId IN $viewer AND c.purpose = 'PROGRESS' AND c.since <= $at AND $at < c.until })  // for member
