// Creates a learner, pseudonymous.
// index: none, a new node; uniqueness of its id decides
CREATE (l:Learner:Entity {type: 'Learner', shown: false})
SET l += $learner
RETURN l.id AS row
