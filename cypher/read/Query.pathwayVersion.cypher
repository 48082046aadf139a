// A version of a pathway by its id.
// index: pathway_version_id
MATCH (node:PathwayVersion)
WHERE node.id = $id
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
