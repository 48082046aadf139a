// What the progress of some learners toward one pathway is decided from: its versions, claims of equivalence, endorsements, and of each learner consents, enrolments, waivers and awards.
// index: pathway_id, profile_id, achievement_id, learner_id
MATCH (p:Pathway {id: $pathwayId})-[:HAS_VERSION]->(v:PathwayVersion)
WHERE v.state = 'PUBLISHED'
RETURN {version: v.id, number: v.number, digest: v.digest, since: v.since, until: v.until, closedFrom: v.closedFrom} AS row
UNION ALL
MATCH (by:Profile)<-[:CLAIMED_BY]-(q:Equivalence)
WHERE by.id IN $trusts AND (q.pathwayId IS NULL OR q.pathwayId = $pathwayId)
RETURN {equivalence: q.id, source: q.sourceId, target: q.targetId, claimant: by.id, factor: q.factor, pathway: q.pathwayId, since: q.since, until: q.until} AS row
UNION ALL
OPTIONAL MATCH (by:Profile)<-[:CLAIMED_BY]-(q:Equivalence)
WHERE by.id IN $trusts AND (q.pathwayId IS NULL OR q.pathwayId = $pathwayId)
WITH $achievements + collect(q.sourceId) AS sources
UNWIND sources AS source
WITH DISTINCT source
MATCH (a:Achievement {id: source})<-[:ENDORSES]-(e:Endorsement)
WHERE e.endorserId IN $endorsers AND e.state IN ['ISSUED', 'REVOKED'] AND (e.ended IS NOT NULL OR coalesce(e.checkedOutcome, 'ok') <> 'failed')
RETURN {endorsement: e.id, standing: e.standing, kind: e.kind, endorser: e.endorserId, target: a.id, number: e.targetNumber, since: e.since, until: e.until, ended: e.ended, reason: e.reason, outcome: e.checkedOutcome, code: e.checkedCode} AS row
UNION ALL
MATCH (by:Profile)-[:MADE]->(e:Endorsement)
WHERE by.id IN $endorsersOfProfiles AND e.targetType = 'Profile' AND (by.id IN $endorsersOfIssuers OR e.targetId IN $endorsers) AND e.state IN ['ISSUED', 'REVOKED'] AND (e.ended IS NOT NULL OR coalesce(e.checkedOutcome, 'ok') <> 'failed')
RETURN {endorsement: e.id, standing: e.standing, kind: e.kind, endorser: by.id, target: e.targetId, number: null, since: e.since, until: e.until, ended: e.ended, reason: e.reason, outcome: e.checkedOutcome, code: e.checkedCode} AS row
UNION ALL
MATCH (a:Achievement)
WHERE a.id IN $supposed
RETURN {achievement: a.id, newest: a.number, issuer: a.ownerId} AS row
UNION ALL
OPTIONAL MATCH (by:Profile)<-[:CLAIMED_BY]-(q:Equivalence)
WHERE by.id IN $trusts AND (q.pathwayId IS NULL OR q.pathwayId = $pathwayId)
WITH $achievements + collect(q.sourceId) AS accepted
MATCH (l:Learner)
WHERE l.id IN $learners
RETURN {learner: l.id,
  consents: COLLECT {
    MATCH (l)-[:GAVE]->(c:Consent)
    WHERE c.profileId IN $readers AND c.purpose = 'PROGRESS'
    RETURN {since: c.since, until: c.until} },
  enrolments: COLLECT {
    MATCH (l)<-[:OF_LEARNER]-(n:Enrolment)
    WHERE n.pathwayId = $pathwayId
    RETURN {policy: n.policy, version: n.versionId, since: n.since, until: n.until} },
  waivers: COLLECT {
    MATCH (l)<-[:OF_LEARNER]-(n:Waiver)
    WHERE n.pathwayId IN $pathwayIds
    RETURN {id: n.id, pathway: n.pathwayId, node: n.node, by: n.ownerId, since: n.since, until: n.until, reason: n.reason} },
  awards: COLLECT {
  MATCH (l)<-[:HELD_BY]-(w:Award)
  WHERE w.achievementId IN accepted
  RETURN {id: w.id, achievement: w.achievementId, issuer: w.ownerId, awardedAt: w.awardedAt, number: w.number, since: w.since, until: w.until, suspensions: w.suspensions, ended: w.ended, reason: w.reason,
          results: w.results, evidence: w.evidenceKinds,
          endorsements: COLLECT {
            MATCH (w)<-[:ENDORSES]-(e:Endorsement)
            WHERE e.endorserId IN $endorsersOfAwards AND e.state IN ['ISSUED', 'REVOKED'] AND (e.ended IS NOT NULL OR coalesce(e.checkedOutcome, 'ok') <> 'failed')
            RETURN {endorsement: e.id, standing: e.standing, kind: e.kind, endorser: e.endorserId, target: w.id, number: null, since: e.since, until: e.until, ended: e.ended, reason: e.reason, outcome: e.checkedOutcome, code: e.checkedCode} }} }} AS row
