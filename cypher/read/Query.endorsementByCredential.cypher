// The endorsement that a signed document states, by the document's id.
// index: credential_document_id
MATCH (node:Endorsement)<-[:STATES]-(:Credential {documentId: $id})
WHERE node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
