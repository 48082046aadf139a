// Whose key it is.
// index: none, one node
MATCH (parent)-[:KEY_OF]->(node:Profile)
