// Makes the documents that state an award as visible as the award itself.
// index: award_id
MATCH (w:Award {id: $id})<-[:STATES]-(c:Credential)
SET c.shown = w.shown, c.readers = w.readers
RETURN c.id AS row
