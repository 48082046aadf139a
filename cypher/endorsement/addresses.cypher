// Where the credential of an issued endorsement is, and the list that tells whether it was revoked.
// index: endorsement_id
MATCH (e:Endorsement {id: $id})<-[:STATUS_OF]-(:StatusSlot)-[:SLOT_OF]->(l:StatusList)
RETURN {credential: e.credentialId, list: l.id} AS row
