// Notes up to when completions follow what happened, never back.
// index: installation_id
MATCH (i:Installation {id: 'installation'})
SET i.completionsFollow = CASE WHEN coalesce(i.completionsFollow, '') < $at THEN $at ELSE i.completionsFollow END
RETURN i.completionsFollow AS row
