// Keeps a newly signed status list in place of the one before.
// index: status_list_id
MATCH (l:StatusList {id: $id}) REMOVE l.lock
WITH l
OPTIONAL MATCH (l)<-[:STATES]-(old:Credential {until: '9999-12-31T23:59:59Z'})
DETACH DELETE old
WITH DISTINCT l
CREATE (l)<-[:STATES]-(c:Credential {type: 'Credential', states: 'StatusList', shown: true})
SET c += $credential
RETURN l.id AS row
