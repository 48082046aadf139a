// Makes a profile part of another.
// index: profile_id
MATCH (p:Profile {id: $id})
MATCH (whole:Profile {id: $partOf})
CREATE (p)-[:PART_OF]->(whole)
RETURN p.id AS row
