// Invitations whose mail is due, the longest waiting first.
// index: invitation_next_try
MATCH (i:Invitation)
WHERE i.nextTry <= $at
WITH i ORDER BY i.nextTry LIMIT $limit
RETURN i.id AS row
