// The sealed keys of the service's own profile.
// index: key_profile_id
MATCH (k:Key)
WHERE k.profileId = $profileId
RETURN {id: k.id, sealed: k.sealed} AS row
