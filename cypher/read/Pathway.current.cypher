// The newest published version of a pathway.
// index: none, walks one node
MATCH (parent)-[:HAS_VERSION]->(node:PathwayVersion)
WHERE node.number = parent.number
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
