// Leads from endorsements, one or many, to the profiles whose work they speak well of, so that chains of trust can be followed.
// index: endorsement_id, profile_id
UNWIND $endorsements AS new
MATCH (e:Endorsement {id: new.id})
MATCH (owner:Profile {id: new.ownerId})
CREATE (e)-[:VOUCHES_FOR]->(owner)
RETURN e.id AS row
