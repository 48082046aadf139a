// The key that signed a document; none of what was signed long ago, or elsewhere.
// index: key_id
MATCH (node:Key)
WHERE node.id = parent.keyId
