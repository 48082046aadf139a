// The pathways with a version that rests on a version of one of these.
// index: pathway_id
MATCH (p:Pathway)
WHERE p.id IN $pathways
MATCH (p)-[:HAS_VERSION]->(:PathwayVersion)<-[:RESTS_ON]-(v:PathwayVersion)
WITH DISTINCT p.id AS pathway, v.pathwayId AS above
RETURN {pathway: pathway, above: above} AS row
