// The newest published version of a pathway.
// index: pathway_id
MATCH (p:Pathway {id: $id})-[:HAS_VERSION]->(v:PathwayVersion)
WHERE v.number = p.number
RETURN {id: v.id, digest: v.digest, definition: v.definition} AS row
