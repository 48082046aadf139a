// What is needed to mark an award whose basis lapsed, or holds again.
// index: award_id
MATCH (w:Award {id: $id})
RETURN {id: w.id, version: w.version, ownerId: w.ownerId, since: w.since, until: w.until, ended: w.ended, issuedAt: w.issuedAt,
        lapsedSince: w.basisLapsedSince, suspendedSince: w.suspendedSince, suspensions: coalesce(w.suspensions, [])} AS row
