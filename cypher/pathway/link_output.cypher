// Links a published version to the achievement that who completes it is awarded, if it has one.
// index: pathway_version_id, achievement_id
UNWIND $output AS id
MATCH (v:PathwayVersion {id: $versionId})
MATCH (a:Achievement {id: id})
CREATE (v)-[r:AWARDS]->(a)
RETURN count(r) AS row
