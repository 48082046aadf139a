// The next profiles with their names, what is written beside these, and whether they are found: if they are of this service.
// index: profile_id
MATCH (n:Profile)
WHERE n.id > $after
WITH n ORDER BY n.id LIMIT $limit
RETURN {id: n.id, nameMap: n.nameMap, found: n.foreign IS NULL, written: {skName: n.skName, ft: n.ft, norm: n.norm}} AS row
