// Gives a principal a role at a profile for a span.
// index: principal_id, profile_id
MATCH (p:Principal {id: $principalId})
MATCH (at:Profile {id: $profileId})
CREATE (p)-[r:HAS_ROLE]->(at)
SET r += $role
RETURN p.id AS row
