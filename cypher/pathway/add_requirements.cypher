// Adds the requirements of a published version as nodes.
// index: pathway_version_id
MATCH (v:PathwayVersion {id: $versionId})
UNWIND $requirements AS properties
CREATE (v)-[:HAS_NODE]->(r:Requirement {type: 'Requirement'})
SET r += properties
RETURN count(r) AS row
