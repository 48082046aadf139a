// A learner, if a profile knows of it: it registered or awarded the learner, or the learner enrolled there or consented.
// index: learner_id
MATCH (l:Learner {id: $learnerId})
WHERE $profileId IN l.readers
   OR EXISTS { MATCH (l)<-[:HELD_BY]-(w:Award) WHERE w.ownerId = $profileId }
   OR EXISTS { MATCH (l)<-[:OF_LEARNER]-(e:Enrolment) WHERE e.ownerId = $profileId }
   OR EXISTS { MATCH (l)-[:GAVE]->(c:Consent) WHERE c.profileId = $profileId AND c.since <= $at AND c.until > $at }
RETURN l.id AS row
