// What is needed to save or publish a draft: the pathway, and its draft if there is one.
// index: pathway_id
MATCH (p:Pathway {id: $id})
RETURN {id: p.id, version: p.version, ownerId: p.ownerId, number: p.number, shown: p.shown, readers: p.readers,
        name: p.name, nameMap: p.nameMap,
        draft: COLLECT { MATCH (p)-[:HAS_VERSION]->(v:PathwayVersion {state: 'DRAFT'}) RETURN {id: v.id, number: v.number, definition: v.definition} }} AS row
