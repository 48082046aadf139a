// Trust lists and what they lead to; endorsements from elsewhere are found by when their issuers are to be asked again.
// Each statement is one transaction, whatever it meets; where one is interrupted, all of it is done again.
CREATE CONSTRAINT trust_entry_id IF NOT EXISTS FOR (n:TrustEntry) REQUIRE n.id IS UNIQUE;
CREATE INDEX trust_entry_profile_id_sk_date IF NOT EXISTS FOR (n:TrustEntry) ON (n.profileId, n.skDate);
CREATE CONSTRAINT endorsement_received_id IF NOT EXISTS FOR (n:Endorsement) REQUIRE n.receivedId IS UNIQUE;
CREATE INDEX endorsement_next_check IF NOT EXISTS FOR (n:Endorsement) ON (n.nextCheck);
MATCH (p:Profile)-[:MADE]->(e:Endorsement) WHERE p.foreign = true AND e.nextCheck IS NULL SET e.nextCheck = e.issuedAt;
MATCH (e:Endorsement)-[:ENDORSES]->(:Profile|Achievement|PathwayVersion) MATCH (owner:Profile) WHERE owner.id = e.ownerId MERGE (e)-[:VOUCHES_FOR]->(owner);
