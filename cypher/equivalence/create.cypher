// Writes the claim of a profile that one achievement counts as another, unless it claims so already.
// index: profile_id, achievement_id
// The count is of no use but to make two who do this at once wait for, or collide with, each other.
MATCH (c:Profile {id: $claimantId})
SET c.claims = coalesce(c.claims, 0) + 1
WITH c
MATCH (source:Achievement {id: $sourceId})
MATCH (target:Achievement {id: $targetId})
WHERE NOT EXISTS {
  MATCH (source)<-[:FROM_ACHIEVEMENT]-(q:Equivalence)
  WHERE q.claimantId = $claimantId AND q.targetId = $targetId AND coalesce(q.pathwayId, '') = $pathwayId AND q.until > $at AND q.until > q.since }
CREATE (source)<-[:FROM_ACHIEVEMENT]-(new:Equivalence:Entity {type: 'Equivalence', shown: true, version: 1})-[:TO_ACHIEVEMENT]->(target)
CREATE (new)-[:CLAIMED_BY]->(c)
SET new += $equivalence
RETURN new.id AS row
