// The outputs of versions that have not ended and ask for some achievements, also through what they rest on.
// index: achievement_id
MATCH (a:Achievement)<-[:ACCEPTS]-(:Requirement)<-[:HAS_NODE]-(asking:PathwayVersion)<-[:RESTS_ON*0..1]-(v:PathwayVersion)-[:AWARDS]->(output:Achievement)
WHERE a.id IN $parts AND v.until > $at
RETURN DISTINCT {output: output.id, part: a.id} AS row
