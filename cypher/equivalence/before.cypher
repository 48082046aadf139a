// What is needed to judge a claim of equivalence: which of the things that it names there are, and what it would repeat.
// index: profile_id, entity_id, achievement_id
MATCH (c:Profile {id: $claimantId})
RETURN {known: COLLECT {
          MATCH (e:Entity)
          WHERE e.id IN $named AND e.shown = true
          RETURN {id: e.id, type: e.type} },
        inForce: COLLECT {
          MATCH (:Achievement {id: $sourceId})<-[:FROM_ACHIEVEMENT]-(q:Equivalence)
          WHERE q.claimantId = $claimantId AND q.targetId = $targetId AND coalesce(q.pathwayId, '') = $pathwayId AND q.until > $at AND q.until > q.since
          RETURN {id: q.id, until: q.until} }} AS row
