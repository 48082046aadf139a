// The pathway that it is about.
// index: none, walks one node
MATCH (parent)-[:IN_PATHWAY]->(node:Pathway)
WHERE node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
