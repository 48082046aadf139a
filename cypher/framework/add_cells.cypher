// Adds cells to a framework, each at its item and its stage.
// index: framework_id, item_id, stage_id
MATCH (f:Framework {id: $frameworkId})
UNWIND $cells AS new
MATCH (i:Item {id: new.itemId})
MATCH (s:Stage {id: new.stageId})
CREATE (f)-[:HAS_CELL]->(c:Cell:Entity {type: 'Cell', shown: true})-[:AT_ITEM]->(i)
CREATE (c)-[:AT_STAGE]->(s)
SET c += new.cell
RETURN c.id AS row
