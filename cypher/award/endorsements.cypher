// The signed endorsements in force of each of these entities, the newest first; of one version of it, if one is named.
// index: entity_id
UNWIND $targets AS target
MATCH (t:Entity {id: target.id})
RETURN {id: t.id, number: target.number, endorsements: COLLECT {
  MATCH (t)<-[:ENDORSES]-(e:Endorsement)<-[:STATES]-(c:Credential)
  WHERE e.state = 'ISSUED' AND e.since <= $at AND $at < e.until AND NOT coalesce(e.hidden, false) AND NOT coalesce(e.standing, 'OWN') = 'FOREIGN'
    AND (target.number IS NULL OR e.targetNumber = target.number)
    AND c.form = 'DATA_INTEGRITY' AND c.until = '9999-12-31T23:59:59Z'
    AND NOT EXISTS { MATCH (k:Key {id: c.keyId}) WHERE k.state = 'COMPROMISED' }
  RETURN {since: c.since, bytes: c.bytes} ORDER BY c.since DESC, c.id DESC LIMIT $limit }} AS row
