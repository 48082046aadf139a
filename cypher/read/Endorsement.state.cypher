// Where an endorsement stands; a request that nobody answered in time has lapsed.
// index: none, one node
RETURN CASE WHEN parent.state IN ['REQUESTED', 'RETURNED'] AND parent.requestUntil <= $at THEN 'LAPSED' ELSE parent.state END
