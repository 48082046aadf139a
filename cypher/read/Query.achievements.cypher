// Achievements by name: of one owner, with a text in their name, or all.
// index: achievement_owner_id_sk_name, achievement_sk_name, entity_search
// order NAME: ownerId, skName ASC  // if owner
// order NAME: skName ASC
CALL db.index.fulltext.queryNodes('entity_search', '+typeAchievement^0 ' + $words) YIELD node  // if nameContains
MATCH (node:Achievement)
WHERE node.ownerId = $owner                                                                    // if owner
  AND node.norm CONTAINS $folded                                                               // if nameContains
