// To whom a consent was given.
// index: none, walks one node
MATCH (parent)-[:GIVEN_TO]->(node:Profile)
