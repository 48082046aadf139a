// The next achievements with their names and what is written beside these; all of them are found.
// index: achievement_id
MATCH (n:Achievement)
WHERE n.id > $after
WITH n ORDER BY n.id LIMIT $limit
RETURN {id: n.id, nameMap: n.nameMap, found: true, written: {skName: n.skName, ft: n.ft, norm: n.norm}} AS row
