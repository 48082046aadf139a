// An endorsement by its id.
// index: endorsement_id
MATCH (node:Endorsement)
WHERE node.id = $id
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
