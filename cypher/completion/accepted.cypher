// The achievements that some version of a pathway counts, by itself or through a version that it rests on.
// index: pathway_id
MATCH (p:Pathway {id: $pathway})-[:HAS_VERSION]->(:PathwayVersion)-[:HAS_NODE]->(:Requirement)-[:ACCEPTS]->(a:Achievement)
WITH DISTINCT a
RETURN a.id AS row
UNION
MATCH (p:Pathway {id: $pathway})-[:HAS_VERSION]->(:PathwayVersion)-[:RESTS_ON]->(:PathwayVersion)-[:HAS_NODE]->(:Requirement)-[:ACCEPTS]->(a:Achievement)
WITH DISTINCT a
RETURN a.id AS row
