// What some endorsements are facts about: achievements, of one learner or of all, or profiles.
// index: endorsement_id
MATCH (e:Endorsement)-[:ENDORSES]->(w:Award)
WHERE e.id IN $ids
RETURN {achievement: w.achievementId, learner: w.holderId} AS row
UNION ALL
MATCH (e:Endorsement)-[:ENDORSES]->(a:Achievement)
WHERE e.id IN $ids
RETURN {achievement: a.id, learner: null} AS row
UNION ALL
MATCH (e:Endorsement)-[:ENDORSES]->(p:Profile)
WHERE e.id IN $ids
RETURN {profile: p.id} AS row
