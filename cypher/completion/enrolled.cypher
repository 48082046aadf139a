// Who is, or was, enrolled in a pathway: a page of its enrolments.
// index: enrolment_pathway_id_sk_date
MATCH (n:Enrolment)
WHERE n.pathwayId = $id AND n.skDate > $after
WITH n ORDER BY n.pathwayId, n.skDate LIMIT $limit
RETURN {learner: n.learnerId, key: n.skDate} AS row
