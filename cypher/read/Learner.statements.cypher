// The statements that a learner completed pathways.
// index: statement_holder_id_sk_date
// order NEWEST: holderId, skDate DESC
// order OLDEST: holderId, skDate ASC
// count: (parent)<-[:COMPLETED_BY]-()
MATCH (node:Statement)
WHERE node.holderId = parent.id
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
