// What some achievements are claimed to stand for, whoever claims it and whether it still holds.
// index: equivalence_source_id_sk_date
// The key of lists is asked for as well, or Neo4j would not use an index of two properties.
MATCH (q:Equivalence)
WHERE q.sourceId IN $achievements AND q.skDate > ''
WITH DISTINCT q.sourceId AS source, q.targetId AS target
RETURN {source: source, target: target} AS row
