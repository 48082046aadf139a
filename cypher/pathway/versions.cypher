// All published versions of a pathway with their definitions, and all versions that each rests on.
// index: pathway_id
MATCH (p:Pathway {id: $id})-[:HAS_VERSION]->(v:PathwayVersion)
WHERE v.state = 'PUBLISHED'
RETURN {digest: v.digest, definition: v.definition,
        restsOn: COLLECT { MATCH (v)-[:RESTS_ON]->(below:PathwayVersion) RETURN {id: below.id, definition: below.definition} }} AS row
