// Why it was declared compromised; for those alone who read for its profile.
// index: none, one node
RETURN null                                                      // for public
RETURN CASE WHEN parent.profileId IN $viewer THEN parent.reason END  // for member
RETURN parent.reason                                             // for operator
