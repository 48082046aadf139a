// What holds and is stated by documents that stand and were signed with a key: what is to be signed anew if it is void.
// index: credential_key_id_id
MATCH (c:Credential)-[:STATES]->(s)
WHERE c.keyId = $id AND c.id > '' AND c.until = '9999-12-31T23:59:59Z' AND c.states <> 'StatusList' AND s.until > $at
WITH DISTINCT s
RETURN {id: s.id, type: s.type,
        carries: EXISTS { MATCH (s)<-[:STATES]-(d:Credential {form: 'DATA_INTEGRITY', until: '9999-12-31T23:59:59Z'}) WHERE d.bytes CONTAINS '"endorsement":' }} AS row
