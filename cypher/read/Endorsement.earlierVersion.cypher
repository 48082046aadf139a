// Whether another version of the target stands than the one that is endorsed; of a pathway version, another of the pathway.
// index: none, walks one node
RETURN EXISTS { MATCH (parent)-[:ENDORSES]->(x:Profile|Achievement) WHERE x.number > parent.targetNumber } OR EXISTS { MATCH (parent)-[:ENDORSES]->(:PathwayVersion)<-[:HAS_VERSION]-(y:Pathway) WHERE y.number > parent.targetNumber }
