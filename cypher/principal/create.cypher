// Creates a principal: a person or an application.
// index: none, a new node; uniqueness of id, persona and key hash decides
CREATE (p:Principal:Entity {type: 'Principal', shown: false})
SET p += $principal
RETURN p.id AS row
