// A status list as last signed, and whether it changed since.
// index: status_list_id
MATCH (l:StatusList {id: $id})
RETURN {version: l.version,
        signed: COLLECT { MATCH (l)<-[:STATES]-(c:Credential {until: '9999-12-31T23:59:59Z'}) RETURN {bytes: c.bytes, digest: c.digest, listVersion: c.listVersion, validFrom: c.validFrom, validUntil: c.validUntil} }} AS row
