// The profile that offers an achievement.
// index: none, walks one node
MATCH (parent)<-[:OFFERS]-(node:Profile)
