// The outputs of pathways whose newest versions ask for some achievements, also through what they rest on.
// index: achievement_id
MATCH (a:Achievement)<-[:ACCEPTS]-(:Requirement)<-[:HAS_NODE]-(asking:PathwayVersion)<-[:RESTS_ON*0..1]-(v:PathwayVersion)-[:AWARDS]->(output:Achievement)
WHERE a.id IN $parts AND EXISTS { MATCH (p:Pathway)-[:HAS_VERSION]->(v) WHERE p.number = v.number }
RETURN DISTINCT {output: output.id, part: a.id} AS row
