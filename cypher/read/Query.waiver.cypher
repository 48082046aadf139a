// A waiver by its id.
// index: waiver_id
MATCH (node:Waiver)
WHERE node.id = $id
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
