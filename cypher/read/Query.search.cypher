// What has a name like a text, the best first: of the 500 that the index finds best.
// index: entity_search
CALL db.index.fulltext.queryNodes('entity_search', $words, {limit: 500}) YIELD node, score
WHERE all(each IN split($folded, ' ') WHERE node.norm CONTAINS each)
