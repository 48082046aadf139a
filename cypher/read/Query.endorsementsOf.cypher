// Signed endorsements of anything, by its IRI; not those that are hidden.
// index: endorsement_target_id_sk_date, endorsement_target_id_endorser_kind_sk_date
// order NEWEST: targetId, endorserKind, skDate DESC  // if endorserKind
// order NEWEST: targetId, skDate DESC
MATCH (node:Endorsement)
WHERE node.targetId = $iri
  AND node.state IN ['ISSUED', 'REVOKED']
  AND coalesce(node.hidden, false) = false
  AND node.kind = $kind                                                 // if kind
  AND coalesce(node.standing, 'OWN') = $standing                        // if standing
  AND node.endorserKind = $endorserKind                                 // if endorserKind
  AND node.shown = true                                                 // for public
  AND (node.shown = true OR any(r IN node.readers WHERE r IN $viewer))  // for member
