// Gives events numbers, if all of them still wait for one; they wait for whoever follows next.
// index: delivery_to_id
MATCH (d:Delivery)
WHERE d.to = $to AND d.id IN $ids
WITH d ORDER BY d.to, d.id
WITH collect(d) AS waiting
WHERE size(waiting) = size($ids)
UNWIND range(0, size(waiting) - 1) AS place
WITH waiting[place] AS d, $first + place AS number
CREATE (n:Notice {id: d.id, type: 'Notice', number: number})
SET d.to = $next
RETURN n.number AS row
