// The current bytes of a signed document, and who may read them.
// index: credential_document_id
MATCH (c:Credential {documentId: $documentId})
WHERE c.until = '9999-12-31T23:59:59Z' AND c.form = $form
RETURN {bytes: c.bytes, digest: c.digest, shown: c.shown, readers: c.readers} AS row
