// Keeps something sealed, by which the master key is known again.
// index: installation_id
MATCH (installation:Installation {id: 'installation'})
SET installation.sealed = $sealed
RETURN installation.id AS row
