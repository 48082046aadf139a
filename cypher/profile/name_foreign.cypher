// Gives somebody elsewhere the name that a credential of theirs brings, unless they have one already.
// index: profile_id
MATCH (p:Profile {id: $id}) REMOVE p.lock
WITH p WHERE p.foreign = true AND p.name = p.id
SET p.version = p.version + 1, p += $names
RETURN p.id AS row
