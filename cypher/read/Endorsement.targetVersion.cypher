// The version that was endorsed, as it was published.
// index: none, walks one node
MATCH (parent)-[:ENDORSES]->(:Profile|Achievement)-[:HAS_VERSION]->(node:Version)
WHERE node.number = parent.targetNumber
