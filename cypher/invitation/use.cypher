// Uses an invitation up, if it was not used and has not run out; what its mail would have needed goes.
// index: invitation_id
MATCH (i:Invitation {id: $id}) REMOVE i.lock
WITH i WHERE i.usedAt IS NULL AND i.until > $at
SET i.usedAt = $at
REMOVE i.sealed, i.nextTry
RETURN i.id AS row
