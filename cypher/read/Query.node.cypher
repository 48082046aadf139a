// Anything that has an address, by its id.
// index: entity_id
MATCH (node:Entity)
WHERE node.id = $id
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer) OR (node.type = 'Completion' AND EXISTS { MATCH (node)-[:OF_LEARNER]->(:Learner)-[:GAVE]->(c:Consent) WHERE c.profileId IN $viewer AND c.purpose = 'PROGRESS' AND c.since <= $at AND $at < c.until }))  // for member
