// What is needed to judge a new consent: whom it is given to, and what it would repeat.
// index: profile_id, learner_id
MATCH (p:Profile {id: $profileId})
RETURN {nameMap: p.nameMap, inForce: COLLECT {
  MATCH (l:Learner {id: $learnerId})-[:GAVE]->(c:Consent)
  WHERE c.profileId = p.id AND c.purpose = $purpose AND c.until > $at
  RETURN {id: c.id, until: c.until} }} AS row
