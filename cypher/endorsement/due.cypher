// Endorsements signed elsewhere that were looked at longest ago and still hold; their issuers are to be asked again.
// index: endorsement_next_check
MATCH (e:Endorsement)
WHERE e.nextCheck <= $at AND e.state = 'ISSUED' AND e.until > $at
WITH e ORDER BY e.nextCheck LIMIT $limit
RETURN e.id AS row
