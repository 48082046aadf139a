// The invitation by which it was asked of somebody without an account; for those who asked.
// index: none, walks one node
MATCH (parent)<-[:INVITES_TO]-(node:Invitation)
WHERE node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
