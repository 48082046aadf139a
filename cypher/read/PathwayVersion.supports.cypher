// The versions of other pathways that rest on a version, through whatever references.
// index: none, walks one node
// order ID: id ASC
MATCH (parent)<-[:RESTS_ON]-(node:PathwayVersion)
WHERE node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
