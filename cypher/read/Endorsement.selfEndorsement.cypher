// Whether a profile or person endorses what is its own.
// index: none, one node
RETURN coalesce(parent.selfEndorsement, false)
