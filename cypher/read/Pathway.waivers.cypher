// Who is, or was, exempt from a requirement of a pathway.
// index: waiver_pathway_id_sk_date
// order NEWEST: pathwayId, skDate DESC
// order OLDEST: pathwayId, skDate ASC
MATCH (node:Waiver)
WHERE node.pathwayId = parent.id
  AND node.until > $endingAfter                                         // if endingAfter
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
