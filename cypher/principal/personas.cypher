// Everybody whom development mode signs in by name, with the roles of an instant.
// index: principal_persona
MATCH (p:Principal)
WHERE p.persona > '' AND p.since <= $at AND $at < p.until
RETURN {persona: p.persona, name: p.name, nameMap: p.nameMap, learnerId: p.learnerId,
        roles: COLLECT { MATCH (p)-[r:HAS_ROLE]->(o:Profile) WHERE r.since <= $at AND $at < r.until
                         RETURN {role: r.role, profile: o.id, nameMap: o.nameMap} ORDER BY o.skName, r.role }} AS row
ORDER BY p.persona
