// Has events followed: they wait no longer.
// index: delivery_to_id
MATCH (d:Delivery)
WHERE d.to = $to AND d.id IN $ids
WITH d, d.id AS id
DETACH DELETE d
RETURN id AS row
