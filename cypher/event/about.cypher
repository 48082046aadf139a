// Links an event to what it is about; answers the ids that exist.
// index: event_id, entity_id
MATCH (event:Event {id: $id})
UNWIND $about AS id
MATCH (entity:Entity {id: id})
CREATE (event)-[:ABOUT]->(entity)
RETURN entity.id AS row
