// What learners let a profile see.
// index: consent_profile_id_sk_date
// order NEWEST: profileId, skDate DESC
// order OLDEST: profileId, skDate ASC
// count: (parent)<-[:GIVEN_TO]-()
MATCH (node:Consent)
WHERE node.profileId = parent.id
  AND node.until > $endingAfter                                         // if endingAfter
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
