// Search: one full-text index over what graph_service/domain/search.py writes; the embedded engine makes it at its start.
CREATE FULLTEXT INDEX entity_search IF NOT EXISTS FOR (n:Entity) ON EACH [n.ft];
