// A page of the endorsements that a profile made.
// index: endorsement_endorser_id_sk_date
MATCH (e:Endorsement)
WHERE e.endorserId = $id AND e.skDate > $after
WITH e ORDER BY e.endorserId, e.skDate LIMIT $limit
RETURN {id: e.id, key: e.skDate} AS row
