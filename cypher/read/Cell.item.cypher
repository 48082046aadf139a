// The item of a cell.
// index: none, walks one node
MATCH (parent)-[:AT_ITEM]->(node:Item)
