// As which version what was here before is written; 0 before it is.
// index: installation_id
MATCH (i:Installation {id: 'installation'})
RETURN coalesce(i.search, 0) AS row
