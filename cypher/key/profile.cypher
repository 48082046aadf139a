// Whose a key is.
// index: key_id
MATCH (:Key {id: $id})-[:KEY_OF]->(p:Profile)
RETURN p.id AS row
