// The definitions of some versions of pathways, published or not, and who may see them.
// index: pathway_version_id
MATCH (v:PathwayVersion)
WHERE v.id IN $ids
RETURN {id: v.id, definition: v.definition, shown: v.shown, readers: v.readers} AS row
