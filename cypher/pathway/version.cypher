// A published version of a pathway, as it is served.
// index: pathway_version_id
MATCH (v:PathwayVersion {id: $id})
WHERE v.state = 'PUBLISHED'
RETURN {definition: v.definition, digest: v.digest, shown: v.shown, readers: v.readers} AS row
