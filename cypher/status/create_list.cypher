// Opens the next status list of a profile.
// index: profile_id
MATCH (p:Profile {id: $issuerId})
CREATE (p)<-[:LIST_OF]-(l:StatusList:Entity {type: 'StatusList', shown: true, version: 1})
SET l += $list
RETURN l.id AS row
