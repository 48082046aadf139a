// Whole percent; for the learner, and for whom the learner lets see progress.
// index: none, walks one node
RETURN null                                                                                                                                                                                                                                       // for public
RETURN CASE WHEN parent.learnerId IN $viewer OR EXISTS { MATCH (parent)-[:OF_LEARNER]->(:Learner)-[:GAVE]->(c:Consent) WHERE c.profileId IN $viewer AND c.purpose = 'PROGRESS' AND c.since <= $at AND $at < c.until } THEN parent.percentage END  // for member
RETURN parent.percentage                                                                                                                                                                                                                          // for operator
