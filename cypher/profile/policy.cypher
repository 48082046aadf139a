// How a profile endorses.
// index: profile_id
MATCH (p:Profile {id: $id})
RETURN {version: p.version, policy: {differentPeople: coalesce(p.differentPeople, false), allowsSelfEndorsement: coalesce(p.allowsSelfEndorsement, false)}} AS row
