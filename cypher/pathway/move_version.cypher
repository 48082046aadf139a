// Closes or ends a version of a pathway, if nobody did meanwhile.
// index: pathway_version_id
MATCH (v:PathwayVersion {id: $id}) REMOVE v.lock
WITH v WHERE v.version = $version
SET v.version = $version + 1, v += $changes
RETURN v.id AS row
