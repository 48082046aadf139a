// Notices: each event once, each number once; so no two processes can give the same, and whoever is too late gives nothing.
CREATE CONSTRAINT notice_id IF NOT EXISTS FOR (n:Notice) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT notice_number IF NOT EXISTS FOR (n:Notice) REQUIRE n.number IS UNIQUE;
