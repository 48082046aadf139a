// Counts the invitations of one requester: those that may still be answered, and those made since; and those to one address.
// index: invitation_requester_id, invitation_address_hash
OPTIONAL MATCH (i:Invitation {requesterId: $requesterId})-[:INVITES_TO]->(e:Endorsement)
WITH count(CASE WHEN i.usedAt IS NULL AND i.until > $at AND e.state = 'REQUESTED' THEN 1 END) AS open,
     count(CASE WHEN i.createdAt > $yesterday THEN 1 END) AS today
OPTIONAL MATCH (i:Invitation {addressHash: $addressHash})
WHERE i.createdAt > $yesterday
WITH open, today, count(i) AS toOne
RETURN {open: open, today: today, toOne: toOne} AS row
