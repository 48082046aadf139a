// Whether it may endorse what is its own; not unless told.
// index: none, one node
RETURN coalesce(parent.allowsSelfEndorsement, false)
