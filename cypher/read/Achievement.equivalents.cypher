// Claims that another achievement counts as this one.
// index: equivalence_target_id_sk_date
// order NEWEST: targetId, skDate DESC
// order OLDEST: targetId, skDate ASC
// count: (parent)<-[:TO_ACHIEVEMENT]-()
MATCH (node:Equivalence)
WHERE node.targetId = parent.id
  AND node.until > $endingAfter                                         // if endingAfter
