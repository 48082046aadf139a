// Who is exempt.
// index: none, walks one node
MATCH (parent)-[:OF_LEARNER]->(node:Learner)
WHERE node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
