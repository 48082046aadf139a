// Makes a thing unless it exists, and counts.
// index: profile_id
MERGE (thing:Profile {id: $id})
ON CREATE SET thing.type = 'Profile', thing.version = 1
ON MATCH SET thing.version = thing.version + 1
RETURN thing.id AS row
