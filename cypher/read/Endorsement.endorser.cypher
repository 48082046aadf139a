// Who endorses.
// index: none, walks one node
MATCH (parent)<-[:MADE]-(node:Profile)
