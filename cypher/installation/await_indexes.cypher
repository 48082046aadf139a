// Waits until every index is built; Neo4j only, the embedded engine builds at once and has no such procedure.
// index: all
CALL db.awaitIndexes(300)
RETURN true AS row
