// A thing.
// index: profile_id
MATCH (thing:Profile {id: $id})
RETURN {name: thing.name, version: thing.version} AS row
