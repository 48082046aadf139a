// Finds who holds an API key.
// index: principal_key_hash
MATCH (p:Principal {keyHash: $keyHash})
RETURN {id: p.id, learnerId: p.learnerId, since: p.since, until: p.until,
        roles: COLLECT { MATCH (p)-[r:HAS_ROLE]->(at:Profile) RETURN {role: r.role, profile: at.id, since: r.since, until: r.until} }} AS row
