// Ends a consent, if nobody changed it meanwhile.
// index: consent_id
MATCH (c:Consent {id: $id}) REMOVE c.lock
WITH c WHERE c.version = $version
SET c.version = $version + 1, c += $changes
RETURN c.id AS row
