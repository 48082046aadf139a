// What is needed to end a waiver.
// index: waiver_id
MATCH (w:Waiver {id: $id})
RETURN {learnerId: w.learnerId, pathwayId: w.pathwayId, ownerId: w.ownerId, since: w.since, until: w.until, readers: w.readers, version: w.version} AS row
