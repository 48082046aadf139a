// What a learner holds.
// index: award_holder_id_sk_date
// order NEWEST: holderId, skDate DESC
// order OLDEST: holderId, skDate ASC
// count: (parent)<-[:HELD_BY]-()
MATCH (node:Award)
WHERE node.holderId = parent.id
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
