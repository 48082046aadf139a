// The newest signed document of an endorsement.
// index: none, walks one node
// order NEWEST: since, id DESC
MATCH (parent)<-[:STATES]-(node:Credential)
