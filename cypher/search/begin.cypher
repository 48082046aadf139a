// Notes that names that were here before search was can be searched for.
// index: installation_id
MATCH (i:Installation {id: 'installation'})
SET i.search = true
RETURN i.search AS row
