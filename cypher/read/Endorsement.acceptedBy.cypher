// The principal who accepted or prepared an endorsement; for those alone who read for the endorser.
// index: none, one node
RETURN null                                                                    // for public
RETURN CASE WHEN parent.endorserId IN $viewer THEN parent.acceptedBy END       // for member
RETURN parent.acceptedBy                                                       // for operator
