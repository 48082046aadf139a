// Gives a place in a status list to an endorsement, award or statement.
// index: entity_id, status_list_id
MATCH (e:Entity {id: $id})
MATCH (l:StatusList {id: $listId})
CREATE (e)<-[:STATUS_OF]-(s:StatusSlot {type: 'StatusSlot', revoked: false})-[:SLOT_OF]->(l)
SET s += $slot
RETURN s.id AS row
