// Who made an award.
// index: none, walks one node
MATCH (parent)-[:ISSUED_BY]->(node:Profile)
