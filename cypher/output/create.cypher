// Records what was decided about the output of a pathway version for a learner; its key is unique, so it is decided once.
// index: learner_id
MATCH (l:Learner {id: $learner})
CREATE (o:Output {type: 'Output'})-[:OF_LEARNER]->(l)
SET o += $output
RETURN o.id AS row
