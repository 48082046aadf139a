// Makes a thing.
// index: none, a new node
CREATE (thing:Profile:Entity {id: $id, type: 'Profile', version: 1, name: $name})
RETURN thing.id AS row
