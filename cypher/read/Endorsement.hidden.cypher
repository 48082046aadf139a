// Whether the endorsed side or the holder keeps an endorsement from lists.
// index: none, one node
RETURN coalesce(parent.hidden, false)
