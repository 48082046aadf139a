// Counts who else has a role at a profile at least as long as one of those who have it will.
// index: principal_id
MATCH (p:Principal {id: $principalId})-[mine:HAS_ROLE {role: $role}]->(at:Profile {id: $profileId})
WHERE mine.until > $at
RETURN COUNT { MATCH (at)<-[r:HAS_ROLE {role: $role}]-(q:Principal) WHERE r.until >= mine.until AND q.id <> p.id } AS row
