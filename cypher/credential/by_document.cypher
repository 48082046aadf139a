// The bytes of a signed document that are in force in the first of these forms that there is, and who may read them.
// index: credential_document_id
// Until the newest begin, those before them.
MATCH (c:Credential {documentId: $documentId})
WHERE c.until > $at AND c.form IN $forms
WITH c ORDER BY c.form, c.since LIMIT 1
RETURN {form: c.form, bytes: c.bytes, digest: c.digest, shown: c.shown, readers: c.readers} AS row
