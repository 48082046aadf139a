// What of some types these events are about, whose business it is, and who may see it.
// index: event_id
MATCH (e:Event)
WHERE e.id IN $ids
MATCH (e)-[:ABOUT]->(x:Entity)
WHERE x.type IN $types
RETURN {event: e.id, id: x.id, type: x.type, profiles: [x.endorserId, x.ownerId], shown: x.shown, readers: x.readers} AS row
