// The recognition document of an endorsement: seen by whoever may see the endorsement, or the document that is signed.
// index: endorsement_id
MATCH (e:Endorsement {id: $id})
WHERE e.recognition IS NOT NULL
RETURN {bytes: e.recognition, shown: e.shown OR EXISTS { MATCH (e)<-[:STATES]-(:Credential {shown: true}) }, readers: e.readers} AS row
