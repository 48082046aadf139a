// Records what happened; its key is unique, so it happens once. Beside it lies that it has yet to be numbered and followed.
// index: none, creates two nodes
CREATE (event:Event {
  id: $id, type: 'Event', key: $key, at: $at, action: $action, actorId: $actorId, speakingFor: $speakingFor,
  results: $results, request: $request, requestId: $requestId
})
CREATE (:Delivery {id: $id, type: 'Delivery', to: 'numbers'})
RETURN event.id AS row
