// Counts the invitations of one requester that may still be answered.
// index: invitation_requester_id
MATCH (i:Invitation {requesterId: $requesterId})-[:INVITES_TO]->(e:Endorsement)
WHERE i.usedAt IS NULL AND i.until > $at AND e.state = 'REQUESTED'
RETURN count(i) AS row
