// How many events of an action there are.
// index: none, walks a handful of nodes
MATCH (event:Event {action: $action})
RETURN count(event) AS row
