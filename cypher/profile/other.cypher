// A profile besides this one, if there is any: nearly nothing can be made without one.
// index: profile_id
MATCH (p:Profile)
WHERE p.id <> $id
WITH p LIMIT 1
RETURN p.id AS row
