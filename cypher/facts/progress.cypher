// What the progress of some learners toward one pathway is decided from: the newest version, endorsements, consents, awards.
// index: pathway_id, achievement_id, profile_id, learner_id
MATCH (p:Pathway {id: $pathwayId})-[:HAS_VERSION]->(v:PathwayVersion)
WHERE v.number = p.number
RETURN {version: v.id, digest: v.digest} AS row
UNION ALL
MATCH (a:Achievement)<-[:ENDORSES]-(e:Endorsement)
WHERE a.id IN $achievements AND e.endorserId IN $endorsers AND e.state IN ['ISSUED', 'REVOKED'] AND (e.ended IS NOT NULL OR coalesce(e.checkedOutcome, 'ok') <> 'failed')
RETURN {endorsement: e.id, standing: e.standing, kind: e.kind, endorser: e.endorserId, target: a.id, number: e.targetNumber, since: e.since, until: e.until, ended: e.ended, reason: e.reason} AS row
UNION ALL
MATCH (by:Profile)-[:MADE]->(e:Endorsement)
WHERE by.id IN $endorsersOfIssuers AND e.targetType = 'Profile' AND e.state IN ['ISSUED', 'REVOKED'] AND (e.ended IS NOT NULL OR coalesce(e.checkedOutcome, 'ok') <> 'failed')
RETURN {endorsement: e.id, standing: e.standing, kind: e.kind, endorser: by.id, target: e.targetId, number: null, since: e.since, until: e.until, ended: e.ended, reason: e.reason} AS row
UNION ALL
MATCH (a:Achievement)
WHERE a.id IN $supposed
RETURN {achievement: a.id, newest: a.number} AS row
UNION ALL
MATCH (l:Learner)
WHERE l.id IN $learners
RETURN {learner: l.id,
  consents: COLLECT {
    MATCH (l)-[:GAVE]->(c:Consent)
    WHERE c.profileId IN $readers AND c.purpose = 'PROGRESS'
    RETURN {since: c.since, until: c.until} },
  awards: COLLECT {
  MATCH (l)<-[:HELD_BY]-(w:Award)
  WHERE w.achievementId IN $achievements
  RETURN {id: w.id, achievement: w.achievementId, issuer: w.ownerId, awardedAt: w.awardedAt, number: w.number, since: w.since, until: w.until, ended: w.ended, reason: w.reason,
          endorsements: COLLECT {
            MATCH (w)<-[:ENDORSES]-(e:Endorsement)
            WHERE e.endorserId IN $endorsersOfAwards AND e.state IN ['ISSUED', 'REVOKED'] AND (e.ended IS NOT NULL OR coalesce(e.checkedOutcome, 'ok') <> 'failed')
            RETURN {endorsement: e.id, standing: e.standing, kind: e.kind, endorser: e.endorserId, target: w.id, number: null, since: e.since, until: e.until, ended: e.ended, reason: e.reason} }} }} AS row
