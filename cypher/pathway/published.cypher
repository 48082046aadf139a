// The newest published version of a pathway, as it is served.
// index: pathway_id
MATCH (p:Pathway {id: $id})-[:HAS_VERSION]->(v:PathwayVersion)
WHERE v.number = p.number
RETURN {definition: v.definition, digest: v.digest, shown: v.shown, readers: v.readers} AS row
