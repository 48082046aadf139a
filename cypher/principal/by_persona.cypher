// Finds a persona of development mode.
// index: principal_persona
MATCH (p:Principal {persona: $persona})
RETURN {id: p.id, learnerId: p.learnerId, since: p.since, until: p.until,
        roles: COLLECT { MATCH (p)-[r:HAS_ROLE]->(at:Profile) RETURN {role: r.role, profile: at.id, since: r.since, until: r.until} }} AS row
