// What is needed to close or end a version of a pathway.
// index: pathway_version_id
MATCH (v:PathwayVersion {id: $id})
RETURN {pathwayId: v.pathwayId, ownerId: v.ownerId, state: v.state, since: v.since, closedFrom: v.closedFrom, until: v.until,
        shown: v.shown, readers: v.readers, version: v.version} AS row
