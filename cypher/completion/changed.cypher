// What some awards, enrolments, waivers and consents are facts about: achievements or pathways, of one learner.
// index: award_id, enrolment_id, waiver_id, consent_id
MATCH (w:Award)
WHERE w.id IN $ids
RETURN {achievement: w.achievementId, learner: w.holderId} AS row
UNION ALL
MATCH (n:Enrolment)
WHERE n.id IN $ids
RETURN {pathway: n.pathwayId, learner: n.learnerId} AS row
UNION ALL
MATCH (n:Waiver)
WHERE n.id IN $ids
RETURN {pathway: n.pathwayId, learner: n.learnerId} AS row
UNION ALL
MATCH (n:Consent)
WHERE n.id IN $ids
MATCH (n)<-[:GAVE]-(:Learner)<-[:OF_LEARNER]-(c:Completion)
WHERE c.ownerId = n.profileId
RETURN {pathway: c.pathwayId, learner: c.learnerId} AS row
