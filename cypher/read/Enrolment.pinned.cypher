// The version by which a learner is judged under PINNED.
// index: pathway_version_id
MATCH (node:PathwayVersion)
WHERE node.id = parent.versionId
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
