// The identifier of the signed document, which all its forms share.
// index: none, one node
RETURN parent.documentId
