// Endorsements that a profile made or is asked to make.
// index: endorsement_endorser_id_sk_date
// order NEWEST: endorserId, skDate DESC
// order OLDEST: endorserId, skDate ASC
// count: (parent)-[:MADE]->()
MATCH (node:Endorsement)
WHERE node.endorserId = parent.id
  AND node.kind = $kind                                                 // if kind
  AND CASE WHEN node.state IN ['REQUESTED', 'RETURNED'] AND node.requestUntil <= $at THEN 'LAPSED' ELSE node.state END = $state  // if state
  AND coalesce(node.standing, 'OWN') = $standing                        // if standing
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
