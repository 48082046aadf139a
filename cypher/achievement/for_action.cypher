// What is needed to revise or award an achievement.
// index: achievement_id
MATCH (a:Achievement {id: $id})<-[:OFFERS]-(owner:Profile)
RETURN {id: a.id, version: a.version, number: a.number, ownerId: a.ownerId, ownerName: owner.name, createdAt: a.createdAt, resultDescriptions: a.resultDescriptions} AS row
