// Renames a thing, if nobody did meanwhile.
// index: profile_id
MATCH (thing:Profile {id: $id}) REMOVE thing.lock
WITH thing WHERE thing.version = $version
SET thing.version = thing.version + 1, thing.name = $name
RETURN thing.id AS row
