// Awards of an achievement; there may be very many.
// index: award_achievement_id_sk_date, award_achievement_id_id
// order NEWEST: achievementId, skDate DESC
// order OLDEST: achievementId, skDate ASC
// order ID: achievementId, id ASC
// count: (parent)<-[:OF]-()
MATCH (node:Award)
WHERE node.achievementId = parent.id
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
