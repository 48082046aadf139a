// Achievements that are aligned with a cell now, by name; everybody sees every achievement.
// index: none, walks one node
// order NAME: skName ASC
MATCH (parent)<-[link:ALIGNED_WITH]-(node:Achievement)
WHERE link.since <= $at
  AND $at < link.until
