// Makes the issuer of a credential that was handed in the endorser of what it answers.
// index: endorsement_id, profile_id
MATCH (:Profile)-[made:MADE]->(e:Endorsement {id: $id})
MATCH (p:Profile {id: $endorserId})
DETACH DELETE made
CREATE (p)-[:MADE]->(e)
RETURN e.id AS row
