// Links a published version to all versions that it rests on, through whatever references.
// index: pathway_version_id
UNWIND $below AS id
MATCH (v:PathwayVersion {id: $versionId})
MATCH (below:PathwayVersion {id: id})
CREATE (v)-[r:RESTS_ON]->(below)
RETURN count(r) AS row
