// The cells that an achievement is aligned with now, framework by framework.
// index: none, walks one node
// order POSITION: frameworkId, row, column, id ASC
MATCH (parent)-[link:ALIGNED_WITH]->(node:Cell)
WHERE link.since <= $at
  AND $at < link.until
