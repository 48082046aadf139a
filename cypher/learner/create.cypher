// Creates learners, pseudonymous, one or many.
// index: none, new nodes; uniqueness of their ids decides
UNWIND $learners AS learner
CREATE (l:Learner:Entity {type: 'Learner', shown: false})
SET l += learner
RETURN l.id AS row
