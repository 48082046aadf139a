// Adds items to a framework.
// index: framework_id
MATCH (f:Framework {id: $frameworkId})
UNWIND $items AS properties
CREATE (f)-[:HAS_ITEM]->(i:Item:Entity {type: 'Item', shown: true})
SET i += properties
RETURN i.id AS row
