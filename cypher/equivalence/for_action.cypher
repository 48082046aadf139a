// What is needed to end a claim of equivalence.
// index: equivalence_id
MATCH (q:Equivalence {id: $id})
RETURN {claimantId: q.claimantId, sourceId: q.sourceId, targetId: q.targetId, since: q.since, until: q.until, version: q.version} AS row
