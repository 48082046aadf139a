// Aligns achievements with cells, for a span.
// index: achievement_id, cell_id
UNWIND $alignments AS new
MATCH (a:Achievement {id: new.achievementId})
MATCH (c:Cell {id: new.cellId})
CREATE (a)-[r:ALIGNED_WITH {since: new.since, until: new.until}]->(c)
RETURN count(r) AS row
