// The next endorsements, and whether they lack what kind of party made them.
// index: endorsement_id
MATCH (n:Endorsement)
WHERE n.id > $after
WITH n ORDER BY n.id LIMIT $limit
RETURN {id: n.id, lacks: n.endorserKind IS NULL} AS row
