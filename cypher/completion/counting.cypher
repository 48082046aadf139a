// The pathways with a version that counts one of these achievements, by itself or through a version that it rests on.
// index: achievement_id
MATCH (a:Achievement)
WHERE a.id IN $achievements
MATCH (a)<-[:ACCEPTS]-(:Requirement)<-[:HAS_NODE]-(v:PathwayVersion)
WITH DISTINCT a.id AS achievement, v.pathwayId AS pathway
RETURN {achievement: achievement, pathway: pathway} AS row
UNION ALL
MATCH (a:Achievement)
WHERE a.id IN $achievements
MATCH (a)<-[:ACCEPTS]-(:Requirement)<-[:HAS_NODE]-(:PathwayVersion)<-[:RESTS_ON]-(v:PathwayVersion)
WITH DISTINCT a.id AS achievement, v.pathwayId AS pathway
RETURN {achievement: achievement, pathway: pathway} AS row
