// Frameworks with their items, stages and cells: their ids, and the list by name. Awards of one achievement by id.
// Profiles know what kind of party they are. What else follows from what is there is written in pages: see cypher/search/.
CREATE CONSTRAINT framework_id IF NOT EXISTS FOR (n:Framework) REQUIRE n.id IS UNIQUE;
CREATE INDEX framework_sk_name IF NOT EXISTS FOR (n:Framework) ON (n.skName);
CREATE CONSTRAINT item_id IF NOT EXISTS FOR (n:Item) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT stage_id IF NOT EXISTS FOR (n:Stage) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT cell_id IF NOT EXISTS FOR (n:Cell) REQUIRE n.id IS UNIQUE;
CREATE INDEX award_achievement_id_id IF NOT EXISTS FOR (n:Award) ON (n.achievementId, n.id);
CREATE INDEX endorsement_target_id_endorser_kind_sk_date IF NOT EXISTS FOR (n:Endorsement) ON (n.targetId, n.endorserKind, n.skDate);
MATCH (p:Profile) WHERE p.id IS NOT NULL AND p.kind IS NULL SET p.kind = 'OTHER';
