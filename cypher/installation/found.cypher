// Writes down, once, the base of the identifiers of this installation.
// index: none, creates one node; installation_id makes it the only one
// It has a property `lock`, so that the key exists: while no node ever had one, `REMOVE n.lock` locks nothing on Neo4j.
CREATE (installation:Installation {
  id: 'installation', type: 'Installation', baseUrl: $baseUrl, createdAt: $at, lock: true
})
RETURN installation.baseUrl AS row
