// The version by which the learner was judged; for the learner, and for whom the learner lets see progress.
// index: pathway_version_id
MATCH (node:PathwayVersion)
WHERE node.id = parent.versionId
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
  AND (parent.learnerId IN $viewer OR EXISTS { MATCH (parent)-[:OF_LEARNER]->(:Learner)-[:GAVE]->(c:Consent) WHERE c.profileId IN $viewer AND c.purpose = 'PROGRESS' AND c.since <= $at AND $at < c.until })  // for member
