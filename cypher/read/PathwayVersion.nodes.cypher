// The requirements of a version, in the order of its definition.
// index: none, walks one node
// order POSITION: position ASC
MATCH (parent)-[:HAS_NODE]->(node:Requirement)
