// Ends the signing of a key, or voids what it signed, if nobody did so meanwhile.
// index: key_id
MATCH (k:Key {id: $id}) REMOVE k.lock
WITH k WHERE k.state = $state
SET k += $changes
RETURN k.id AS row
