// The output that was awarded.
// index: award_id
MATCH (node:Award)
WHERE node.id = parent.awardId
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
