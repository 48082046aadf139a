// The cells of a framework, row by row.
// index: none, walks one node
// order POSITION: row, column, id ASC
MATCH (parent)-[:HAS_CELL]->(node:Cell)
