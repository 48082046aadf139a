// What is endorsed.
// index: none, walks one node
MATCH (parent)-[:ENDORSES]->(node:Profile|Achievement|Award|PathwayVersion)
WHERE node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
