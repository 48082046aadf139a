// The profile that waives: the owner of the pathway.
// index: none, walks one node
MATCH (parent)-[:IN_PATHWAY]->(:Pathway)<-[:OWNS]-(node:Profile)
