// Makes every list of a profile due for signing.
// index: profile_id
MATCH (:Profile {id: $issuerId})<-[:LIST_OF]-(l:StatusList)
SET l.version = l.version + 1
RETURN l.id AS row
