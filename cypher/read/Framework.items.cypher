// The items of a framework, in their order.
// index: none, walks one node
// order POSITION: position ASC
MATCH (parent)-[:HAS_ITEM]->(node:Item)
