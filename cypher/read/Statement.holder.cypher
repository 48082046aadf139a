// Who completed the pathway.
// index: none, walks one node
MATCH (parent)-[:COMPLETED_BY]->(node:Learner)
WHERE node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
