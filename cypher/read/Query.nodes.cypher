// Things that have addresses, by their ids.
// index: entity_id
MATCH (node:Entity)
WHERE node.id IN $ids
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
