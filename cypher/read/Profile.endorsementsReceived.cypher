// Endorsements of a profile and of all that it owns.
// index: endorsement_owner_id_sk_date
// order NEWEST: ownerId, skDate DESC
// order OLDEST: ownerId, skDate ASC
MATCH (node:Endorsement)
WHERE node.ownerId = parent.id
  AND node.kind = $kind                                                 // if kind
  AND CASE WHEN node.state IN ['REQUESTED', 'RETURNED'] AND node.requestUntil <= $at THEN 'LAPSED' ELSE node.state END = $state  // if state
  AND coalesce(node.standing, 'OWN') = $standing                        // if standing
  AND node.endorserKind = $endorserKind                                 // if endorserKind
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
