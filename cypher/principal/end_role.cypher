// Ends the running roles of one kind that a principal has at a profile, unless it must not be the last.
// index: profile_id
// The count is of no use but to make two who do this at once wait for, or collide with, each other.
MATCH (at:Profile {id: $profileId})
SET at.rolesEnded = coalesce(at.rolesEnded, 0) + 1
WITH at
MATCH (p:Principal {id: $principalId})-[r:HAS_ROLE {role: $role}]->(at)
WHERE r.until > $at
  AND (NOT $role IN $kept OR EXISTS {
    MATCH (at)<-[other:HAS_ROLE {role: $role}]-(q:Principal) WHERE other.until >= r.until AND q.id <> $principalId })
SET r.until = $at
RETURN p.id AS row
