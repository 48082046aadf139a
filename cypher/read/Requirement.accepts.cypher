// The achievements of which an award meets a requirement.
// index: none, walks one node
// order NAME: skName ASC
MATCH (parent)-[:ACCEPTS]->(node:Achievement)
