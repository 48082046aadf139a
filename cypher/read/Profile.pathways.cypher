// The pathways of a profile, by name.
// index: pathway_owner_id_sk_name
// order NAME: ownerId, skName ASC
// count: (parent)-[:OWNS]->()
MATCH (node:Pathway)
WHERE node.ownerId = parent.id
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
