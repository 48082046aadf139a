// Records what happened; its key is unique, so it happens once. Beside it lies that completions have yet to follow it.
// index: none, creates two nodes
CREATE (event:Event {
  id: $id, type: 'Event', key: $key, at: $at, action: $action, actorId: $actorId, speakingFor: $speakingFor,
  results: $results, request: $request, requestId: $requestId
})
CREATE (:Delivery {id: $id, type: 'Delivery', to: 'completions'})
RETURN event.id AS row
