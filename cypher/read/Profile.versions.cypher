// What a profile said of itself, newest first.
// index: none, walks one node
// order NEWEST: number DESC
MATCH (parent)-[:HAS_VERSION]->(node:Version)
