// The base of the identifiers of this installation, once it is founded.
// index: installation_id
MATCH (installation:Installation {id: 'installation'})
RETURN installation.baseUrl AS row
