// What was sealed when the installation was founded, and the sealed keys of the service's own profile.
// index: installation_id, key_profile_id
MATCH (installation:Installation {id: 'installation'})
WHERE installation.sealed IS NOT NULL
RETURN {id: installation.id, sealed: installation.sealed} AS row
UNION ALL
MATCH (k:Key)
WHERE k.profileId = $profileId AND k.sealed IS NOT NULL
RETURN {id: k.id, sealed: k.sealed} AS row
