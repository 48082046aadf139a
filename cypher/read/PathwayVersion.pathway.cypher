// Which pathway a version is of.
// index: none, walks one node
MATCH (parent)<-[:HAS_VERSION]-(node:Pathway)
WHERE node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
