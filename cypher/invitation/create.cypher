// Creates the invitation to answer one endorsement request; from then on only who is invited answers it.
// index: endorsement_id
MATCH (e:Endorsement {id: $endorsementId})
CREATE (e)<-[:INVITES_TO]-(i:Invitation {type: 'Invitation', shown: false, tries: 0})
SET i += $invitation, e.standing = 'ATTESTED', e.invitationId = $invitation.id
RETURN i.id AS row
