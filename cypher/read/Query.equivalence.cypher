// A claim of equivalence by its id.
// index: equivalence_id
MATCH (node:Equivalence)
WHERE node.id = $id
