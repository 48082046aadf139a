// Whether what there was before events waited to be followed was marked.
// index: installation_id
MATCH (i:Installation {id: 'installation'})
RETURN coalesce(i.completions, false) AS row
