// Leads from an endorsement to the profile whose work it speaks well of, so that chains of trust can be followed.
// index: endorsement_id, profile_id
MATCH (e:Endorsement {id: $id})
MATCH (owner:Profile {id: $ownerId})
CREATE (e)-[:VOUCHES_FOR]->(owner)
RETURN e.id AS row
