// The things whose id begins so.
// index: profile_id
MATCH (thing:Profile) WHERE thing.id STARTS WITH $prefix
RETURN thing.id AS row ORDER BY thing.id
