// The pathways whose newest version counts an achievement.
// index: none, walks one node
// order NAME: skName ASC
MATCH (parent)<-[:ACCEPTS]-(:Requirement)<-[:HAS_NODE]-(:PathwayVersion)<-[:HAS_VERSION]-(node:Pathway)
WHERE EXISTS { MATCH (node)-[:HAS_VERSION]->(v:PathwayVersion)-[:HAS_NODE]->(:Requirement)-[:ACCEPTS]->(parent) WHERE v.number = node.number }
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
