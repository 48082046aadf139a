// Whom an entry of a trust list names.
// index: none, walks one node
MATCH (parent)-[:VOUCHES_FOR]->(node:Profile)
