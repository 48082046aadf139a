// Which pathway a version is of.
// index: pathway_id
MATCH (node:Pathway)
WHERE node.id = parent.pathwayId
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
