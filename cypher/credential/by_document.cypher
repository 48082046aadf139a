// The bytes of a signed document that are in force, and who may read them; until the newest begin, those before them.
// index: credential_document_id
MATCH (c:Credential {documentId: $documentId})
WHERE c.until > $at AND c.form = $form
WITH c ORDER BY c.since LIMIT 1
RETURN {bytes: c.bytes, digest: c.digest, shown: c.shown, readers: c.readers} AS row
