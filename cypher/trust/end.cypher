// Ends an entry of a trust list, if nobody changed it meanwhile.
// index: trust_entry_id
MATCH (t:TrustEntry {id: $id}) REMOVE t.lock
WITH t WHERE t.version = $version
SET t.version = $version + 1, t += $changes
RETURN t.id AS row
