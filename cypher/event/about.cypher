// Links an event to what it is about; answers the ids that exist.
// index: event_id, entity_id
MATCH (event:Event {id: $id})
MATCH (entity:Entity) WHERE entity.id IN $about
CREATE (event)-[:ABOUT]->(entity)
RETURN entity.id AS row
