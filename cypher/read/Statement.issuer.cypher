// Whose pathway it is.
// index: none, walks one node
MATCH (parent)-[:STATED_BY]->(node:Profile)
