// Ends the running roles of one kind that a principal has at a profile.
// index: principal_id
MATCH (p:Principal {id: $principalId}) REMOVE p.lock
WITH p
MATCH (p)-[r:HAS_ROLE {role: $role}]->(:Profile {id: $profileId})
WHERE r.until > $at
SET r.until = $at
RETURN p.id AS row
