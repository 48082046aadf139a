// Invitations: found by their secret, by who asked, by who was asked, and by when their mail is due.
CREATE CONSTRAINT invitation_id IF NOT EXISTS FOR (n:Invitation) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT invitation_key_hash IF NOT EXISTS FOR (n:Invitation) REQUIRE n.keyHash IS UNIQUE;
CREATE INDEX invitation_requester_id IF NOT EXISTS FOR (n:Invitation) ON (n.requesterId);
CREATE INDEX invitation_address_hash IF NOT EXISTS FOR (n:Invitation) ON (n.addressHash);
CREATE INDEX invitation_next_try IF NOT EXISTS FOR (n:Invitation) ON (n.nextTry);
