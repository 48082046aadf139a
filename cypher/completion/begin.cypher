// Notes that what there was before events waited to be followed was marked.
// index: installation_id
MATCH (i:Installation {id: 'installation'})
SET i.completions = true
RETURN i.completions AS row
