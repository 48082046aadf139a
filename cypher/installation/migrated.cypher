// Records that a migration was applied; its id is unique, so it is recorded once.
// index: none, creates one node
CREATE (migration:Migration {id: $name, type: 'Migration', name: $name, digest: $digest, appliedAt: $at})
RETURN migration.id AS row
