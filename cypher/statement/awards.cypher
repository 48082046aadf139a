// Awards that a completion rests on: the versions awarded, and the credentials as they stand.
// index: award_id
UNWIND $ids AS id
MATCH (w:Award {id: id})-[:OF]->(:Achievement)-[:HAS_VERSION]->(v:Version)
WHERE v.number = w.number
RETURN {id: w.id, awardedAt: w.awardedAt, achievement: v.bytes,
        signed: COLLECT { MATCH (w)<-[:STATES]-(c:Credential {form: 'DATA_INTEGRITY', until: '9999-12-31T23:59:59Z'}) RETURN c.bytes }} AS row
