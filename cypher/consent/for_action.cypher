// What is needed to judge an action on a consent.
// index: consent_id
MATCH (c:Consent {id: $id})
RETURN {holderId: c.holderId, since: c.since, until: c.until, readers: c.readers, version: c.version} AS row
