// A consent by its id.
// index: consent_id
MATCH (node:Consent)
WHERE node.id = $id
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
