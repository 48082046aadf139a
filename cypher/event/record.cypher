// Records what happened; its key is unique, so it happens once.
// index: none, creates one node
CREATE (event:Event {
  id: $id, type: 'Event', key: $key, at: $at, action: $action, actorId: $actorId, speakingFor: $speakingFor,
  results: $results, request: $request, requestId: $requestId
})
RETURN event.id AS row
