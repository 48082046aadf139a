// What some achievements are called, and who says for all to read that they count as a training.
// index: achievement_id
MATCH (a:Achievement)
WHERE a.id IN $ids
RETURN {id: a.id, nameMap: a.nameMap,
        recognised: COLLECT { MATCH (a)<-[:ENDORSES]-(e:Endorsement) WHERE e.kind = 'RECOGNISE' AND e.shown = true AND e.state IN ['ISSUED', 'REVOKED'] RETURN {by: e.endorserId, since: e.since, until: e.until} }} AS row
