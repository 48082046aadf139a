// The versions of a pathway, newest first; drafts only for those who may see them.
// index: none, walks one node
// order NEWEST: number DESC
MATCH (parent)-[:HAS_VERSION]->(node:PathwayVersion)
WHERE node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
