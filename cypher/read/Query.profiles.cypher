// All profiles by name.
// index: profile_sk_name
// order NAME: skName ASC
MATCH (node:Profile)
