// Ends the running roles of one kind that a principal has at a profile, unless it is the last OWNER.
// index: profile_id
// The count is of no use but to make two who do this at once wait for, or collide with, each other.
MATCH (at:Profile {id: $profileId})
SET at.rolesEnded = coalesce(at.rolesEnded, 0) + 1
WITH at
MATCH (p:Principal {id: $principalId})-[r:HAS_ROLE {role: $role}]->(at)
WHERE r.until > $at
  AND ($role <> 'OWNER' OR EXISTS {
    MATCH (at)<-[other:HAS_ROLE {role: 'OWNER'}]-(q:Principal) WHERE other.until >= r.until AND q.id <> $principalId })
SET r.until = $at
RETURN p.id AS row
