// All frameworks by name.
// index: framework_sk_name
// order NAME: skName ASC
MATCH (node:Framework)
