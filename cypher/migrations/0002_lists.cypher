// Indexes behind every list that is paged: the sort key alone, or behind the property that says whose list it is.
CREATE INDEX profile_sk_name IF NOT EXISTS FOR (n:Profile) ON (n.skName);
CREATE INDEX achievement_sk_name IF NOT EXISTS FOR (n:Achievement) ON (n.skName);
CREATE INDEX achievement_owner_id_sk_name IF NOT EXISTS FOR (n:Achievement) ON (n.ownerId, n.skName);
CREATE INDEX award_holder_id_sk_date IF NOT EXISTS FOR (n:Award) ON (n.holderId, n.skDate);
CREATE INDEX award_achievement_id_sk_date IF NOT EXISTS FOR (n:Award) ON (n.achievementId, n.skDate);
CREATE INDEX award_owner_id_sk_date IF NOT EXISTS FOR (n:Award) ON (n.ownerId, n.skDate);
CREATE INDEX endorsement_sk_date IF NOT EXISTS FOR (n:Endorsement) ON (n.skDate);
CREATE INDEX endorsement_endorser_id_sk_date IF NOT EXISTS FOR (n:Endorsement) ON (n.endorserId, n.skDate);
CREATE INDEX endorsement_target_id_sk_date IF NOT EXISTS FOR (n:Endorsement) ON (n.targetId, n.skDate);
CREATE INDEX endorsement_owner_id_sk_date IF NOT EXISTS FOR (n:Endorsement) ON (n.ownerId, n.skDate);
CREATE INDEX pathway_sk_name IF NOT EXISTS FOR (n:Pathway) ON (n.skName);
CREATE INDEX pathway_owner_id_sk_name IF NOT EXISTS FOR (n:Pathway) ON (n.ownerId, n.skName);
CREATE INDEX credential_document_id IF NOT EXISTS FOR (n:Credential) ON (n.documentId);
CREATE INDEX key_profile_id IF NOT EXISTS FOR (n:Key) ON (n.profileId);
