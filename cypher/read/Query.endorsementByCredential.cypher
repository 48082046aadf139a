// The endorsement that a signed document states, by the document's id: seen by whoever may see the document.
// index: credential_document_id
MATCH (node:Endorsement)<-[:STATES]-(:Credential {documentId: $id})
WHERE EXISTS { MATCH (node)<-[:STATES]-(:Credential {documentId: $id, shown: true}) }                                                  // for public
  AND (EXISTS { MATCH (node)<-[:STATES]-(:Credential {documentId: $id, shown: true}) } OR any(r IN node.readers WHERE r IN $viewer))  // for member
