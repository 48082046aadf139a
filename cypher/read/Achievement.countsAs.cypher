// Claims that an achievement counts as another one.
// index: equivalence_source_id_sk_date
// order NEWEST: sourceId, skDate DESC
// order OLDEST: sourceId, skDate ASC
// count: (parent)<-[:FROM_ACHIEVEMENT]-()
MATCH (node:Equivalence)
WHERE node.sourceId = parent.id
  AND node.until > $endingAfter                                         // if endingAfter
