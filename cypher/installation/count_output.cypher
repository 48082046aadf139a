// Counts a version of a pathway that is published with an output, unless another was meanwhile: what outputs are made of was judged before.
// index: installation_id
MATCH (installation:Installation {id: 'installation'}) REMOVE installation.lock
WITH installation WHERE coalesce(installation.outputs, 0) = $outputs
SET installation.outputs = $outputs + 1
RETURN installation.id AS row
