// Counts who else owns a profile at least as long as one of its owners will.
// index: principal_id
MATCH (p:Principal {id: $principalId})-[mine:HAS_ROLE {role: 'OWNER'}]->(at:Profile {id: $profileId})
WHERE mine.until > $at
RETURN COUNT { MATCH (at)<-[r:HAS_ROLE {role: 'OWNER'}]-(q:Principal) WHERE r.until >= mine.until AND q.id <> p.id } AS row
