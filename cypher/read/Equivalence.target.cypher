// What it counts as.
// index: none, walks one node
MATCH (parent)-[:TO_ACHIEVEMENT]->(node:Achievement)
