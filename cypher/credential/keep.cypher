// Keeps a newly signed document of an endorsement or award in all its forms; those before it end.
// index: entity_id
MATCH (s:Entity {id: $statesId})
OPTIONAL MATCH (s)<-[:STATES]-(old:Credential {until: '9999-12-31T23:59:59Z'})
SET old.until = $at
WITH DISTINCT s
UNWIND $credentials AS credential
CREATE (s)<-[:STATES]-(c:Credential {type: 'Credential'})
SET c += credential
RETURN c.id AS row
