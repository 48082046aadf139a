// Takes an award back from a profile that was asked about it, unless another endorsement of it stands between them.
// index: award_id
MATCH (w:Award {id: $id}) REMOVE w.lock
WITH w
WHERE w.ownerId <> $reader AND NOT EXISTS {
  MATCH (w)<-[:ENDORSES]-(e:Endorsement)
  WHERE e.endorserId = $reader AND e.id <> $endorsementId
    AND (e.state IN ['ACCEPTED', 'ISSUED', 'REVOKED'] OR (e.state IN ['REQUESTED', 'RETURNED'] AND e.requestUntil > $at)) }
SET w.readers = [r IN w.readers WHERE r <> $reader]
RETURN w.id AS row
