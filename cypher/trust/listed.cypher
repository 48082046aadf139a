// Whom a profile trusts at an instant, by its own list.
// index: profile_id
MATCH (p:Profile {id: $profileId})
RETURN COLLECT { MATCH (p)-[:RELIES_ON]->(t:TrustEntry) WHERE t.since <= $at AND $at < t.until RETURN DISTINCT t.issuerId } AS row
