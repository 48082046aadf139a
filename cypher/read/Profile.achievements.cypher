// What a profile offers, by name.
// index: achievement_owner_id_sk_name
// order NAME: ownerId, skName ASC
// count: (parent)-[:OFFERS]->()
MATCH (node:Achievement)
WHERE node.ownerId = parent.id
