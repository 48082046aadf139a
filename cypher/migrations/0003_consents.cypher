// Consents: their ids, and the lists of them by learner and by profile.
CREATE CONSTRAINT consent_id IF NOT EXISTS FOR (n:Consent) REQUIRE n.id IS UNIQUE;
CREATE INDEX consent_holder_id_sk_date IF NOT EXISTS FOR (n:Consent) ON (n.holderId, n.skDate);
CREATE INDEX consent_profile_id_sk_date IF NOT EXISTS FOR (n:Consent) ON (n.profileId, n.skDate);
