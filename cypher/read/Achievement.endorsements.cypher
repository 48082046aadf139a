// Endorsements of an achievement; there may be very many.
// index: endorsement_target_id_sk_date, endorsement_target_id_endorser_kind_sk_date
// order NEWEST: targetId, endorserKind, skDate DESC  // if endorserKind
// order NEWEST: targetId, skDate DESC
// order OLDEST: targetId, endorserKind, skDate ASC  // if endorserKind
// order OLDEST: targetId, skDate ASC
// count: (parent)<-[:ENDORSES]-()
MATCH (node:Endorsement)
WHERE node.targetId = parent.id
  AND node.endorserKind = $endorserKind                                 // if endorserKind
  AND node.kind = $kind                                                 // if kind
  AND CASE WHEN node.state IN ['REQUESTED', 'RETURNED'] AND node.requestUntil <= $at THEN 'LAPSED' ELSE node.state END = $state  // if state
  AND coalesce(node.standing, 'OWN') = $standing                        // if standing
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
