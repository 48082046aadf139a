// Keeps a signed endorsement credential with the status slot that it names.
// index: endorsement_id, status_list_id
MATCH (e:Endorsement {id: $statesId})
MATCH (l:StatusList {id: $listId})
CREATE (e)<-[:STATES]-(c:Credential {type: 'Credential'})
CREATE (e)<-[:STATUS_OF]-(s:StatusSlot {type: 'StatusSlot', revoked: false})-[:SLOT_OF]->(l)
SET c += $credential, s += $slot
RETURN c.id AS row
