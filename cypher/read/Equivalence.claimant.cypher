// Who claims it.
// index: none, walks one node
MATCH (parent)-[:CLAIMED_BY]->(node:Profile)
