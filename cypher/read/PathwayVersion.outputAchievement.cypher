// What who completes a version is awarded.
// index: none, walks one node
MATCH (parent)-[:AWARDS]->(node:Achievement)
