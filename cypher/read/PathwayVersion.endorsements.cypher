// Endorsements of a pathway version.
// index: none, walks one node
// order NEWEST: skDate DESC
// order OLDEST: skDate ASC
// count: (parent)<-[:ENDORSES]-()
MATCH (parent)<-[:ENDORSES]-(node:Endorsement)
WHERE node.kind = $kind                                                 // if kind
  AND CASE WHEN node.state IN ['REQUESTED', 'RETURNED'] AND node.requestUntil <= $at THEN 'LAPSED' ELSE node.state END = $state  // if state
  AND coalesce(node.standing, 'OWN') = $standing                        // if standing
  AND node.endorserKind = $endorserKind                                 // if endorserKind
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
