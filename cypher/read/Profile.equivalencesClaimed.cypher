// The equivalences that a profile claims, or did once.
// index: equivalence_claimant_id_sk_date
// order NEWEST: claimantId, skDate DESC
// order OLDEST: claimantId, skDate ASC
// count: (parent)<-[:CLAIMED_BY]-()
MATCH (node:Equivalence)
WHERE node.claimantId = parent.id
  AND node.until > $endingAfter                                         // if endingAfter
