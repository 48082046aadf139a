// Whom each of these profiles vouches for at an instant: by its trust list, and by what it endorses in public in its own name.
// index: profile_id
MATCH (p:Profile) WHERE p.id IN $ids
MATCH (p)-[:MADE|RELIES_ON]->(x)-[:VOUCHES_FOR]->(other)
WHERE x.since <= $at AND $at < x.until AND x.shown = true AND coalesce(x.standing, 'OWN') IN ['OWN', 'FOREIGN']
  AND (x.ended IS NOT NULL OR coalesce(x.checkedOutcome, 'ok') <> 'failed')
WITH p, other LIMIT $limit
WITH p.id AS one, collect(DISTINCT other.id) AS others, count(other) AS statements
RETURN {one: one, others: others, statements: statements} AS row
