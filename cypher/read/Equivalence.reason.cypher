// Why it was ended; for those alone whom it concerns.
// index: none, one node
RETURN null                                                                          // for public
RETURN CASE WHEN any(r IN parent.readers WHERE r IN $viewer) THEN parent.reason END  // for member
RETURN parent.reason                                                                 // for operator
