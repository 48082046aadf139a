// The endorsement of an earlier version that an endorsement confirms.
// index: none, walks one node
MATCH (parent)-[:CONFIRMS]->(node:Endorsement)
WHERE node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
