// Up to when completions follow what happened; null if they never did.
// index: installation_id
MATCH (i:Installation {id: 'installation'})
RETURN i.completionsFollow AS row
