// Events after one of them, in the order of their ids, which is that of time.
// index: event_id
MATCH (e:Event)
WHERE e.id > $after
WITH e ORDER BY e.id LIMIT $limit
RETURN {id: e.id, at: e.at} AS row
