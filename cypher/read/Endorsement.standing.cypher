// Whose word an endorsement is; unless told, the endorsing profile's own.
// index: none, one node
RETURN coalesce(parent.standing, 'OWN')
