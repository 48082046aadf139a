// What is needed to judge a new consent: whom it is given to, and what it would repeat.
// index: profile_id, consent_holder_id_sk_date
MATCH (p:Profile {id: $profileId})
RETURN {name: p.name, inForce: COLLECT {
  MATCH (c:Consent)
  WHERE c.holderId = $learnerId AND c.profileId = p.id AND c.purpose = $purpose AND c.until > $at
  RETURN {id: c.id, until: c.until} }} AS row
