// What a learner is, or was, exempt from.
// index: waiver_learner_id_sk_date
// order NEWEST: learnerId, skDate DESC
// order OLDEST: learnerId, skDate ASC
MATCH (node:Waiver)
WHERE node.learnerId = parent.id
  AND node.until > $endingAfter                                         // if endingAfter
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
