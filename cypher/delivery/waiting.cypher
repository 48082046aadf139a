// A page of the events that somebody has yet to follow.
// index: delivery_to_id
MATCH (d:Delivery)
WHERE d.to = $to AND d.id > $after
WITH d ORDER BY d.to, d.id LIMIT $limit
RETURN d.id AS row
