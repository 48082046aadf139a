// The nearest reason why its basis does not hold; for those alone whom it concerns.
// index: none, one node
RETURN null                                                                                     // for public
RETURN CASE WHEN any(r IN parent.readers WHERE r IN $viewer) THEN parent.basisLapsedReason END  // for member
RETURN parent.basisLapsedReason                                                                 // for operator
