// What some endorsements are facts about: achievements, of one learner or of all; of a profile, what it offers and what it endorses.
// index: endorsement_id
MATCH (e:Endorsement)-[:ENDORSES]->(w:Award)
WHERE e.id IN $ids
RETURN {achievement: w.achievementId, learner: w.holderId} AS row
UNION ALL
MATCH (e:Endorsement)-[:ENDORSES]->(a:Achievement)
WHERE e.id IN $ids
RETURN {achievement: a.id, learner: null} AS row
UNION ALL
MATCH (e:Endorsement)-[:ENDORSES]->(:Profile)-[:OFFERS]->(a:Achievement)
WHERE e.id IN $ids
RETURN {achievement: a.id, learner: null} AS row
UNION ALL
MATCH (e:Endorsement)-[:ENDORSES]->(:Profile)-[:MADE]->(:Endorsement)-[:ENDORSES]->(a:Achievement)
WHERE e.id IN $ids
WITH DISTINCT a
RETURN {achievement: a.id, learner: null} AS row
UNION ALL
MATCH (e:Endorsement)-[:ENDORSES]->(:Profile)-[:MADE]->(:Endorsement)-[:ENDORSES]->(w:Award)
WHERE e.id IN $ids
WITH DISTINCT w.achievementId AS achievement
RETURN {achievement: achievement, learner: null} AS row
UNION ALL
MATCH (e:Endorsement)-[:ENDORSES]->(:Profile)-[:MADE]->(:Endorsement)-[:ENDORSES]->(:Profile)-[:OFFERS]->(a:Achievement)
WHERE e.id IN $ids
WITH DISTINCT a
RETURN {achievement: a.id, learner: null} AS row
