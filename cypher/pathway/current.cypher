// The newest published version of a pathway, and all versions that it rests on.
// index: pathway_id
MATCH (p:Pathway {id: $id})-[:HAS_VERSION]->(v:PathwayVersion)
WHERE v.number = p.number
RETURN {id: v.id, digest: v.digest, definition: v.definition,
        restsOn: COLLECT { MATCH (v)-[:RESTS_ON]->(below:PathwayVersion) RETURN {id: below.id, definition: below.definition} }} AS row
