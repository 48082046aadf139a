// Trust lists and what they lead to; endorsements from elsewhere are found by when their issuers are to be asked again.
CREATE CONSTRAINT trust_entry_id IF NOT EXISTS FOR (n:TrustEntry) REQUIRE n.id IS UNIQUE;
CREATE INDEX trust_entry_profile_id_sk_date IF NOT EXISTS FOR (n:TrustEntry) ON (n.profileId, n.skDate);
CREATE INDEX endorsement_next_check IF NOT EXISTS FOR (n:Endorsement) ON (n.nextCheck);
MATCH (e:Endorsement)-[:ENDORSES]->(:Profile|Achievement|PathwayVersion) MATCH (owner:Profile) WHERE owner.id = e.ownerId MERGE (e)-[:VOUCHES_FOR]->(owner);
