// Completions by when a pathway was first complete, of one pathway, of the pathways of one owner, or of all.
// index: completion_pathway_id_sk_date, completion_owner_id_sk_date, completion_sk_date
// order NEWEST: pathwayId, skDate DESC  // if pathway
// order NEWEST: ownerId, skDate DESC  // if owner
// order NEWEST: skDate DESC
// order OLDEST: pathwayId, skDate ASC  // if pathway
// order OLDEST: ownerId, skDate ASC  // if owner
// order OLDEST: skDate ASC
MATCH (node:Completion)
WHERE node.pathwayId = $pathway                                         // if pathway
  AND node.ownerId = $owner                                             // if owner
  AND node.state = $state                                               // if state
  AND node.review = $review                                             // if review
  AND (node.learnerId IN $viewer OR EXISTS { MATCH (node)-[:OF_LEARNER]->(:Learner)-[:GAVE]->(c:Consent) WHERE c.profileId IN $viewer AND c.purpose = 'PROGRESS' AND c.since <= $at AND $at < c.until })  // if state  // for member
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer) OR EXISTS { MATCH (node)-[:OF_LEARNER]->(:Learner)-[:GAVE]->(c:Consent) WHERE c.profileId IN $viewer AND c.purpose = 'PROGRESS' AND c.since <= $at AND $at < c.until })  // for member
