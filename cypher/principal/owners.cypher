// Counts who else owns a profile at an instant.
// index: profile_id
MATCH (at:Profile {id: $profileId})
RETURN COUNT { MATCH (at)<-[r:HAS_ROLE {role: 'OWNER'}]-(p) WHERE r.until > $at AND p.id <> $except } AS row
