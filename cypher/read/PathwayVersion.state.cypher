// Where a version stands: closed and ended are so from an instant on.
// index: none, one node
RETURN CASE WHEN parent.until <= $at THEN 'ENDED' WHEN parent.closedFrom <= $at THEN 'CLOSED' ELSE parent.state END
