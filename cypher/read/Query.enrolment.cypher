// An enrolment by its id.
// index: enrolment_id
MATCH (node:Enrolment)
WHERE node.id = $id
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
