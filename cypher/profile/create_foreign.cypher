// Creates the node of somebody elsewhere, under their own IRI: without key, list or role, and nobody speaks for it.
// index: none, a new node; uniqueness of its id decides
CREATE (p:Profile:Entity {type: 'Profile', shown: true, foreign: true, kind: 'OTHER', version: 1})
SET p += $profile
RETURN p.id AS row
