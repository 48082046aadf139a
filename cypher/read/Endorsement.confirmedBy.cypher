// The newest endorsement that confirms an endorsement of an earlier version.
// index: none, walks one node
// order NEWEST: skDate DESC
MATCH (parent)<-[:CONFIRMS]-(node:Endorsement)
WHERE node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
