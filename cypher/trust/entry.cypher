// A profile, and its entries for one issuer that have not ended.
// index: profile_id
MATCH (p:Profile {id: $profileId})
RETURN {foreign: coalesce(p.foreign, false), entries: COLLECT {
  MATCH (p)-[:RELIES_ON]->(t:TrustEntry)
  WHERE t.issuerId = $issuerId AND t.until > $at
  RETURN {id: t.id, since: t.since, until: t.until, version: t.version} }} AS row
