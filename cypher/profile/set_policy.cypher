// Says how a profile endorses, if nobody changed it meanwhile.
// index: profile_id
MATCH (p:Profile {id: $id}) REMOVE p.lock
WITH p WHERE p.version = $version
SET p.version = $version + 1, p += $policy
RETURN p.id AS row
