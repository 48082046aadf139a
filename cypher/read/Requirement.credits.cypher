// What an award for it is worth.
// index: none, one node
RETURN coalesce(parent.credits, [])
