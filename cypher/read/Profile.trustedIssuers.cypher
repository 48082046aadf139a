// Whom a profile trusts, or did once.
// index: trust_entry_profile_id_sk_date
// order NEWEST: profileId, skDate DESC
// order OLDEST: profileId, skDate ASC
// count: (parent)-[:RELIES_ON]->()
MATCH (node:TrustEntry)
WHERE node.profileId = parent.id
  AND node.until > $endingAfter                                         // if endingAfter
