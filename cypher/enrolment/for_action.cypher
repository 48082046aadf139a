// What is needed to end an enrolment.
// index: enrolment_id
MATCH (e:Enrolment {id: $id})
RETURN {learnerId: e.learnerId, pathwayId: e.pathwayId, ownerId: e.ownerId, since: e.since, until: e.until, readers: e.readers, version: e.version} AS row
