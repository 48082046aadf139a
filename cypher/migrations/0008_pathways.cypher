// Pathway versions that close and end; enrolments, waivers, equivalences and completions: their ids, and the lists of them.
// Each statement is one transaction, whatever it meets; where one is interrupted, all of it is done again.
CREATE CONSTRAINT enrolment_id IF NOT EXISTS FOR (n:Enrolment) REQUIRE n.id IS UNIQUE;
CREATE INDEX enrolment_learner_id_sk_date IF NOT EXISTS FOR (n:Enrolment) ON (n.learnerId, n.skDate);
CREATE INDEX enrolment_pathway_id_sk_date IF NOT EXISTS FOR (n:Enrolment) ON (n.pathwayId, n.skDate);
CREATE CONSTRAINT waiver_id IF NOT EXISTS FOR (n:Waiver) REQUIRE n.id IS UNIQUE;
CREATE INDEX waiver_learner_id_sk_date IF NOT EXISTS FOR (n:Waiver) ON (n.learnerId, n.skDate);
CREATE INDEX waiver_pathway_id_sk_date IF NOT EXISTS FOR (n:Waiver) ON (n.pathwayId, n.skDate);
CREATE CONSTRAINT equivalence_id IF NOT EXISTS FOR (n:Equivalence) REQUIRE n.id IS UNIQUE;
CREATE INDEX equivalence_claimant_id_sk_date IF NOT EXISTS FOR (n:Equivalence) ON (n.claimantId, n.skDate);
CREATE INDEX equivalence_source_id_sk_date IF NOT EXISTS FOR (n:Equivalence) ON (n.sourceId, n.skDate);
CREATE INDEX equivalence_target_id_sk_date IF NOT EXISTS FOR (n:Equivalence) ON (n.targetId, n.skDate);
CREATE CONSTRAINT completion_id IF NOT EXISTS FOR (n:Completion) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT completion_key IF NOT EXISTS FOR (n:Completion) REQUIRE n.key IS UNIQUE;
CREATE INDEX completion_pathway_id_sk_date IF NOT EXISTS FOR (n:Completion) ON (n.pathwayId, n.skDate);
CREATE INDEX completion_learner_id_sk_date IF NOT EXISTS FOR (n:Completion) ON (n.learnerId, n.skDate);
CREATE INDEX completion_owner_id_sk_date IF NOT EXISTS FOR (n:Completion) ON (n.ownerId, n.skDate);
CREATE CONSTRAINT statement_id IF NOT EXISTS FOR (n:Statement) REQUIRE n.id IS UNIQUE;
CREATE INDEX statement_holder_id_sk_date IF NOT EXISTS FOR (n:Statement) ON (n.holderId, n.skDate);
CREATE INDEX completion_next_change IF NOT EXISTS FOR (n:Completion) ON (n.nextChange);
CREATE INDEX completion_sk_date IF NOT EXISTS FOR (n:Completion) ON (n.skDate);
CREATE INDEX completion_pathway_id_learner_id IF NOT EXISTS FOR (n:Completion) ON (n.pathwayId, n.learnerId);
CREATE INDEX delivery_to_id IF NOT EXISTS FOR (n:Delivery) ON (n.to, n.id);
CREATE CONSTRAINT output_id IF NOT EXISTS FOR (n:Output) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT output_key IF NOT EXISTS FOR (n:Output) REQUIRE n.key IS UNIQUE;
MATCH (v:PathwayVersion) WHERE v.until IS NOT NULL AND v.closedFrom IS NULL SET v.closedFrom = v.until;
