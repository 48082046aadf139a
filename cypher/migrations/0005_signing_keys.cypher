// What was signed with a key, so that one can see what to sign anew.
CREATE INDEX credential_key_id_id IF NOT EXISTS FOR (n:Credential) ON (n.keyId, n.id);
