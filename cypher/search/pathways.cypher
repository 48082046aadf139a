// The next pathways with their names, what is written beside these, and whether they are found: once they were published.
// index: pathway_id
MATCH (n:Pathway)
WHERE n.id > $after
WITH n ORDER BY n.id LIMIT $limit
RETURN {id: n.id, nameMap: n.nameMap, found: n.shown, written: {skName: n.skName, ft: n.ft, norm: n.norm}} AS row
