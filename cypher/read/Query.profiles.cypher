// All profiles by name but those of people and organisations elsewhere.
// index: profile_sk_name
// order NAME: skName ASC
MATCH (node:Profile)
WHERE node.foreign IS NULL
