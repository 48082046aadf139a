// A page of all pathways.
// index: pathway_id
MATCH (p:Pathway)
WHERE p.id > $after AND p.number > 0
WITH p ORDER BY p.id LIMIT $limit
RETURN p.id AS row
