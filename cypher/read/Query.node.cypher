// Anything that has an address, by its id.
// index: entity_id
MATCH (node:Entity)
WHERE node.id = $id
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
