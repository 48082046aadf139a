// The migrations that were applied.
// index: none, walks a handful of nodes
MATCH (migration:Migration)
RETURN {name: migration.name, digest: migration.digest} AS row
