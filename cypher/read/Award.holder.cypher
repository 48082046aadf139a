// Who holds an award.
// index: none, walks one node
MATCH (parent)-[:HELD_BY]->(node:Learner)
WHERE node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
