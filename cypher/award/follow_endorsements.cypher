// Makes the signed endorsements of an award, and the documents that state them, as visible as the award itself.
// index: award_id
// The count is of no use but to make an award that changes and an endorsement that is signed wait for each other.
MATCH (w:Award {id: $id})
SET w.followed = coalesce(w.followed, 0) + 1
WITH w
MATCH (w)<-[:ENDORSES]-(e:Endorsement)<-[:STATES]-(c:Credential)
WHERE e.state IN ['ISSUED', 'REVOKED']
WITH w, e, c, [r IN w.readers WHERE r <> e.endorserId] + [e.endorserId] AS readers
SET e.shown = (w.shown AND NOT coalesce(e.hidden, false)), e.readers = readers, c.shown = w.shown, c.readers = readers
RETURN e.id AS row
