// The document of an endorsement that was signed elsewhere, as it was received, and what was found when it was looked at last.
// index: endorsement_id
MATCH (e:Endorsement {id: $id})<-[:STATES]-(c:Credential)
WHERE c.until = '9999-12-31T23:59:59Z'
RETURN {bytes: c.bytes, outcome: e.checkedOutcome, code: e.checkedCode} AS row
