// The greatest number that a notice has.
// index: notice_number
MATCH (n:Notice)
WHERE n.number > 0
WITH n ORDER BY n.number DESC LIMIT 1
RETURN n.number AS row
