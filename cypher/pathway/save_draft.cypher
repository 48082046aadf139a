// Saves the draft of a pathway, if nobody saved another meanwhile.
// index: pathway_id
MATCH (p:Pathway {id: $id}) REMOVE p.lock
WITH p WHERE p.version = $version
SET p.version = $version + 1, p += $pathway
MERGE (v:PathwayVersion:Entity {id: $draftId})
ON CREATE SET v.type = 'PathwayVersion', v.shown = false, v.version = 1
SET v += $draft
MERGE (p)-[:HAS_VERSION]->(v)
RETURN p.id AS row
