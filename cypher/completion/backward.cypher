// What is claimed to stand for some achievements, whoever claims it and whether it still holds.
// index: equivalence_target_id_sk_date
MATCH (q:Equivalence)
WHERE q.targetId IN $achievements
RETURN {source: q.sourceId, target: q.targetId} AS row
