// The keys of a profile, newest first; retired ones too, so that what they signed can be checked.
// index: none, walks one node
// order NEWEST: since, id DESC
MATCH (parent)<-[:KEY_OF]-(node:Key)
