// Gives a principal a role at a profile for a span; nobody speaks here for one that is elsewhere.
// index: principal_id, profile_id
MATCH (p:Principal {id: $principalId})
MATCH (at:Profile {id: $profileId})
WHERE at.foreign IS NULL
CREATE (p)-[r:HAS_ROLE]->(at)
SET r += $role
RETURN p.id AS row
