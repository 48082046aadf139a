// The pathways of which some versions are, and the achievements that some claims of equivalence are about.
// index: pathway_version_id, equivalence_id
MATCH (v:PathwayVersion)
WHERE v.id IN $ids
RETURN {pathway: v.pathwayId} AS row
UNION ALL
MATCH (q:Equivalence)
WHERE q.id IN $ids
RETURN {achievement: q.targetId} AS row
