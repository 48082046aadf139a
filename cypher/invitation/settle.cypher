// Ends the mail of an invitation, sent at an instant or never, and forgets the address.
// index: invitation_id
MATCH (i:Invitation {id: $id})
SET i.sentAt = $sentAt
REMOVE i.sealed, i.nextTry
RETURN i.id AS row
