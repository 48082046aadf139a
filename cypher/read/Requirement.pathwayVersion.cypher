// The version that a reference stands for: the one whose root it requires.
// index: none, walks one node
MATCH (parent)-[:REQUIRES]->(:Requirement)<-[:HAS_NODE]-(node:PathwayVersion)
WHERE parent.kind = 'REF'
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
