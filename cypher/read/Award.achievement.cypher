// What was awarded.
// index: none, walks one node
MATCH (parent)-[:OF]->(node:Achievement)
