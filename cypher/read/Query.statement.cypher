// A statement of completion by its id.
// index: statement_id
MATCH (node:Statement)
WHERE node.id = $id
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
