// Creates a pathway with its first draft.
// index: profile_id
MATCH (owner:Profile {id: $ownerId})
CREATE (owner)-[:OWNS]->(p:Pathway:Entity {type: 'Pathway', version: 1})
CREATE (p)-[:HAS_VERSION]->(v:PathwayVersion:Entity {type: 'PathwayVersion', shown: false, version: 1})
SET p += $pathway, v += $draft
RETURN p.id AS row
