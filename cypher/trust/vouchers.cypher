// Who vouches for each of these profiles at an instant: as `trust/vouched`, the other way round.
// index: profile_id
MATCH (p:Profile) WHERE p.id IN $ids
MATCH (p)<-[:VOUCHES_FOR]-(x)<-[:MADE|RELIES_ON]-(other)
WHERE x.since <= $at AND $at < x.until AND x.shown = true AND coalesce(x.standing, 'OWN') IN ['OWN', 'FOREIGN']
  AND (x.ended IS NOT NULL OR coalesce(x.checkedOutcome, 'ok') <> 'failed')
WITH p, other LIMIT $limit
WITH p.id AS one, collect(DISTINCT other.id) AS others, count(other) AS statements
RETURN {one: one, others: others, statements: statements} AS row
