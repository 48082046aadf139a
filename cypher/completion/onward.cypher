// What some achievements are claimed to stand for, whoever claims it and whether it still holds.
// index: equivalence_source_id_sk_date
MATCH (q:Equivalence)
WHERE q.sourceId IN $achievements
RETURN {source: q.sourceId, target: q.targetId} AS row
