// A page of notices after a number, in order.
// index: notice_number
MATCH (n:Notice)
WHERE n.number > $after
WITH n ORDER BY n.number LIMIT $limit
RETURN {number: n.number, event: n.id} AS row
