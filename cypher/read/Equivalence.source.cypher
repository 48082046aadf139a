// What counts as another achievement.
// index: none, walks one node
MATCH (parent)-[:FROM_ACHIEVEMENT]->(node:Achievement)
