// The signed document of a statement of completion as it stands, in one form; the one with a Data Integrity proof unless told.
// index: none, walks one node
// order FORM: form, id ASC
MATCH (parent)<-[:STATES]-(node:Credential)
WHERE node.until = '9999-12-31T23:59:59Z'
  AND node.form = $form                                                 // if form
