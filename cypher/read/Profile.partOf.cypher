// The profiles that a profile is part of.
// index: none, walks one node
// order NAME: skName ASC
MATCH (parent)-[:PART_OF]->(node:Profile)
