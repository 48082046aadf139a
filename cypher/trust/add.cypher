// Takes somebody into the trust list of a profile, unless an entry for them is in force.
// index: profile_id
// The count is of no use but to make two who do this at once wait for, or collide with, each other.
MATCH (p:Profile {id: $profileId})
SET p.trustings = coalesce(p.trustings, 0) + 1
WITH p
MATCH (issuer:Profile {id: $issuerId})
WHERE NOT EXISTS {
  MATCH (p)-[:RELIES_ON]->(t:TrustEntry)
  WHERE t.issuerId = $issuerId AND t.until > $at }
CREATE (p)-[:RELIES_ON]->(new:TrustEntry {type: 'TrustEntry', shown: true, version: 1})-[:VOUCHES_FOR]->(issuer)
SET new += $entry
RETURN new.id AS row
