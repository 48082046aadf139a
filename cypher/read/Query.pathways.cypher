// Pathways by name, of one owner or of all.
// index: pathway_owner_id_sk_name, pathway_sk_name
// order NAME: ownerId, skName ASC  // if owner
// order NAME: skName ASC
MATCH (node:Pathway)
WHERE node.ownerId = $owner                                             // if owner
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
