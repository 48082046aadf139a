// Endorsements by date: of one target, by one endorser, of one kind, in one state.
// index: endorsement_target_id_sk_date, endorsement_target_id_endorser_kind_sk_date, endorsement_endorser_id_sk_date, endorsement_sk_date
// order NEWEST: targetId, endorserKind, skDate DESC  // if of endorserKind
// order NEWEST: targetId, skDate DESC                // if of
// order NEWEST: endorserId, skDate DESC              // if by
// order NEWEST: skDate DESC
// order OLDEST: targetId, endorserKind, skDate ASC   // if of endorserKind
// order OLDEST: targetId, skDate ASC                 // if of
// order OLDEST: endorserId, skDate ASC               // if by
// order OLDEST: skDate ASC
MATCH (node:Endorsement)
WHERE node.targetId = $of                                               // if of
  AND node.endorserId = $by                                             // if by
  AND node.kind = $kind                                                 // if kind
  AND CASE WHEN node.state IN ['REQUESTED', 'RETURNED'] AND node.requestUntil <= $at THEN 'LAPSED' ELSE node.state END = $state  // if state
  AND coalesce(node.standing, 'OWN') = $standing                        // if standing
  AND node.endorserKind = $endorserKind                                 // if endorserKind
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
