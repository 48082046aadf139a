// What is needed to end an award.
// index: award_id
MATCH (w:Award {id: $id})
RETURN {id: w.id, version: w.version, ownerId: w.ownerId, holderId: w.holderId, since: w.since, until: w.until, ended: w.ended,
        issuedAt: w.issuedAt, shown: w.shown, readers: w.readers} AS row
