// Whose pathway it is.
// index: none, walks one node
MATCH (parent)<-[:OWNS]-(node:Profile)
