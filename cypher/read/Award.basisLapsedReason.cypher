// The nearest reason why its basis does not hold; for the learner, and for whom the learner lets see progress.
// index: none, walks one node
RETURN null                                                                                                                                                                                                                                          // for public
RETURN CASE WHEN parent.holderId IN $viewer OR EXISTS { MATCH (parent)-[:HELD_BY]->(:Learner)-[:GAVE]->(c:Consent) WHERE c.profileId IN $viewer AND c.purpose = 'PROGRESS' AND c.since <= $at AND $at < c.until } THEN parent.basisLapsedReason END  // for member
RETURN parent.basisLapsedReason                                                                                                                                                                                                                      // for operator
