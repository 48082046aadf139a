// Lets one invite at a time; answers only if no more were invited since than when it was judged.
// index: profile_id, invitation_requester_id, invitation_address_hash
// The count is of no use but to make two who invite at once wait for, or collide with, each other.
MATCH (endorser:Profile {id: $endorserId})
SET endorser.invitings = coalesce(endorser.invitings, 0) + 1
WITH endorser
OPTIONAL MATCH (i:Invitation {requesterId: $requesterId})
WHERE i.createdAt > $yesterday
WITH endorser, count(i) AS today WHERE today = $today
OPTIONAL MATCH (i:Invitation {addressHash: $addressHash})
WHERE i.createdAt > $yesterday
WITH today, count(i) AS toOne WHERE toOne = $toOne
RETURN today AS row
