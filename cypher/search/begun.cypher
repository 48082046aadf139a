// Whether names that were here before search was can be searched for.
// index: installation_id
MATCH (i:Installation {id: 'installation'})
RETURN coalesce(i.search, false) AS row
