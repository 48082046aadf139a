// How many versions of pathways were published with an output.
// index: installation_id
MATCH (installation:Installation {id: 'installation'})
RETURN coalesce(installation.outputs, 0) AS row
