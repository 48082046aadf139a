// What is needed to import a pathway: the one that an earlier import made, its owner, and which badges are taken, by achievements of whom.
// index: pathway_source_key, profile_id, entity_id
MATCH (p:Pathway {sourceKey: $sourceKey})
RETURN {pathway: p.id, version: p.version, ownerId: p.ownerId, number: p.number, nameMap: p.nameMap,
        draft: COLLECT { MATCH (p)-[:HAS_VERSION]->(v:PathwayVersion {state: 'DRAFT'}) RETURN v.definition },
        published: COLLECT { MATCH (p)-[:HAS_VERSION]->(v:PathwayVersion) WHERE v.number = p.number RETURN v.definition }} AS row
UNION ALL
MATCH (o:Profile {id: $owner})
RETURN {owner: o.id} AS row
UNION ALL
UNWIND $badges AS id
MATCH (e:Entity {id: id})
RETURN {id: e.id, offeredBy: CASE e.type WHEN 'Achievement' THEN e.ownerId END} AS row
