// The awards that the completion rested on when the statement was signed last.
// index: none, walks one node
// order OLDEST: skDate ASC
MATCH (parent)-[:COMPLETED_BY]->(:Learner)<-[:HELD_BY]-(node:Award)
WHERE node.id IN parent.awards
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
