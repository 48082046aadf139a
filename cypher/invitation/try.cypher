// Takes the mail of an invitation for one try, if nobody else did; if the try comes to nothing, it is due again later.
// index: invitation_id
MATCH (i:Invitation {id: $id}) REMOVE i.lock
WITH i WHERE i.tries = $tries AND i.nextTry IS NOT NULL
SET i.tries = $tries + 1, i.nextTry = $nextTry
RETURN i.id AS row
