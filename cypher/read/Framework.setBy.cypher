// The profile that set a framework.
// index: none, walks one node
MATCH (parent)-[:SET_BY]->(node:Profile)
