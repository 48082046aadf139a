// The next signed documents about endorsements, awards and completions, for export.
// index: credential_id
MATCH (c:Credential)
WHERE c.id > $after AND c.form = $form AND c.states <> 'StatusList' AND c.until = '9999-12-31T23:59:59Z'
WITH c ORDER BY c.id LIMIT $limit
RETURN {id: c.id, bytes: c.bytes} AS row
