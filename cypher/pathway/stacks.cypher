// The newest versions of pathways whose output is one of some achievements.
// index: achievement_id
MATCH (a:Achievement)<-[:AWARDS]-(v:PathwayVersion)<-[:HAS_VERSION]-(p:Pathway)
WHERE a.id IN $achievements AND v.number = p.number
RETURN {output: a.id, version: v.id} AS row
