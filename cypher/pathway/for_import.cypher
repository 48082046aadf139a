// What is needed to import a pathway: the one that an earlier import made, and what some identifiers are here.
// index: pathway_source_key, entity_id
MATCH (p:Pathway {sourceKey: $sourceKey})
RETURN {pathway: p.id, version: p.version, ownerId: p.ownerId, number: p.number, nameMap: p.nameMap,
        draft: COLLECT { MATCH (p)-[:HAS_VERSION]->(v:PathwayVersion {state: 'DRAFT'}) RETURN v.definition },
        published: COLLECT { MATCH (p)-[:HAS_VERSION]->(v:PathwayVersion) WHERE v.number = p.number RETURN v.definition }} AS row
UNION ALL
UNWIND $ids AS id
MATCH (e:Entity {id: id})
RETURN {id: e.id, type: e.type, ownerId: e.ownerId} AS row
