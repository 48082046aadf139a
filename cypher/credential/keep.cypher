// Keeps a newly signed document of an endorsement, award or statement in all its forms, if its keys still sign; those before it end.
// index: entity_id, profile_id
MATCH (s:Entity {id: $statesId})
OPTIONAL MATCH (:Profile {id: $issuerId})<-[:KEY_OF]-(k:Key)
WHERE k.id IN $keyIds AND k.state <> 'ACTIVE'
WITH s, count(k) AS ended WHERE ended = 0
OPTIONAL MATCH (s)<-[:STATES]-(old:Credential {until: '9999-12-31T23:59:59Z'})
SET old.until = $at
WITH DISTINCT s
UNWIND $credentials AS credential
CREATE (s)<-[:STATES]-(c:Credential {type: 'Credential'})
SET c += credential
RETURN c.id AS row
