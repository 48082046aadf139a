// Tells whether somebody has a node here, of this service or elsewhere.
// index: profile_id
MATCH (p:Profile {id: $id})
RETURN {id: p.id, foreign: coalesce(p.foreign, false)} AS row
