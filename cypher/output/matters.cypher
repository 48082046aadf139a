// What decides about the output of a pathway for some learners: consents to its owner, enrolments, what was decided before, and what they hold of what may be awarded.
// index: learner_id
MATCH (l:Learner)
WHERE l.id IN $learners
RETURN {learner: l.id,
  consents: COLLECT {
    MATCH (l)-[:GAVE]->(n:Consent)
    WHERE n.profileId = $owner AND n.purpose = 'PROGRESS'
    RETURN {since: n.since, until: n.until} },
  enrolments: COLLECT {
    MATCH (l)<-[:OF_LEARNER]-(n:Enrolment)
    WHERE n.pathwayId = $pathway
    OPTIONAL MATCH (n)<-[:ABOUT]-(e:Event {action: 'ENROL', speakingFor: 'HOLDER'})
    RETURN {since: n.since, until: n.until, byLearner: e.id IS NOT NULL} },
  decided: COLLECT {
    MATCH (l)<-[:OF_LEARNER]-(o:Output)
    WHERE o.pathwayId = $pathway
    OPTIONAL MATCH (w:Award {id: o.awardId})
    RETURN {pathwayVersion: o.versionId, review: o.state, at: o.at, onLapse: o.onLapse, award: o.awardId, reason: o.reason,
            ended: w.ended, lapsedSince: w.basisLapsedSince} },
  held: COLLECT {
    MATCH (l)<-[:HELD_BY]-(w:Award)
    WHERE w.achievementId IN $achievements AND w.ended IS NULL AND w.suspendedSince IS NULL
    RETURN {achievement: w.achievementId, since: w.since, until: w.until} }} AS row
