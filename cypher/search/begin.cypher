// Notes as which version of it what was here before is written.
// index: installation_id
MATCH (i:Installation {id: 'installation'})
SET i.search = $version
RETURN i.search AS row
