// Tells whether somebody has a node here, of this service or elsewhere, and under which name.
// index: profile_id
MATCH (p:Profile {id: $id})
RETURN {id: p.id, name: p.name, foreign: coalesce(p.foreign, false)} AS row
