// Writes a learner's consent to a profile, unless one for the same purpose is in force.
// index: learner_id, profile_id
// The count is of no use but to make two who do this at once wait for, or collide with, each other.
MATCH (l:Learner {id: $learnerId})
SET l.consentings = coalesce(l.consentings, 0) + 1
WITH l
MATCH (p:Profile {id: $profileId})
WHERE NOT EXISTS {
  MATCH (l)-[:GAVE]->(c:Consent)
  WHERE c.profileId = $profileId AND c.purpose = $purpose AND c.until > $at }
CREATE (l)-[:GAVE]->(new:Consent:Entity {type: 'Consent', shown: false, version: 1})-[:GIVEN_TO]->(p)
SET new += $consent
RETURN new.id AS row
