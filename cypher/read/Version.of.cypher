// What a version is of.
// index: none, walks one node
MATCH (parent)<-[:HAS_VERSION]-(node:Profile|Achievement)
