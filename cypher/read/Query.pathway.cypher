// A pathway by its id.
// index: pathway_id
MATCH (node:Pathway)
WHERE node.id = $id
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
