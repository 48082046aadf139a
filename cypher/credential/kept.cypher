// What is kept here under the id of a document, in any form.
// index: credential_document_id
MATCH (s)<-[:STATES]-(c:Credential {documentId: $documentId})
RETURN {states: s.id, type: s.type, issuer: c.issuerId, digest: c.digest, until: c.until} AS row
