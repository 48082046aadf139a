// The event recorded under a key.
// index: event_key
MATCH (event:Event {key: $key})
RETURN {
  id: event.id, key: event.key, at: event.at, action: event.action, actorId: event.actorId,
  speakingFor: event.speakingFor, results: event.results, request: event.request, requestId: event.requestId,
  about: COLLECT { MATCH (event)-[:ABOUT]->(entity:Entity) RETURN entity.id ORDER BY entity.id }
} AS row
