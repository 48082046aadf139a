// Publishes the draft of a pathway as its newest version, if nobody changed it meanwhile.
// index: pathway_id, pathway_version_id
MATCH (p:Pathway {id: $id}) REMOVE p.lock
WITH p WHERE p.version = $version
MATCH (p)-[:HAS_VERSION]->(v:PathwayVersion {id: $draftId})
SET p.version = $version + 1, p += $pathway, v += $published
RETURN v.id AS row
