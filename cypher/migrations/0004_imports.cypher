// A pathway that was imported is found again by where it comes from, and made once.
CREATE CONSTRAINT pathway_source_key IF NOT EXISTS FOR (n:Pathway) REQUIRE n.sourceKey IS UNIQUE;
