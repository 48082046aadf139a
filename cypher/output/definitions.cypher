// The definitions of some pathway versions.
// index: pathway_version_id
MATCH (v:PathwayVersion)
WHERE v.id IN $ids
RETURN {digest: v.digest, definition: v.definition} AS row
