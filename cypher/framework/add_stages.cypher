// Adds stages to a framework.
// index: framework_id
MATCH (f:Framework {id: $frameworkId})
UNWIND $stages AS properties
CREATE (f)-[:HAS_STAGE]->(s:Stage:Entity {type: 'Stage', shown: true})
SET s += properties
RETURN s.id AS row
