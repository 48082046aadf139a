// The stages that a cell spans, in their order.
// index: none, walks one node
// order POSITION: position ASC
MATCH (parent)-[:AT_STAGE]->(node:Stage)
