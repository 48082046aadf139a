// The statement by which each step of a chain of trust hangs together: of a trust list first, then the one with the least id.
// index: profile_id, entity_id
UNWIND $steps AS step
MATCH (by:Profile {id: step.by})
RETURN {by: step.by, to: step.to, owner: step.owner,
        sameParent: EXISTS { MATCH (by)-[:PART_OF]->(:Profile)<-[:PART_OF]-(:Profile {id: step.owner}) }
          OR EXISTS { MATCH (by)-[:PART_OF]->(:Profile {id: step.owner}) } OR EXISTS { MATCH (by)<-[:PART_OF]-(:Profile {id: step.owner}) },
        said: COLLECT {
          MATCH (by)-[:MADE|RELIES_ON]->(x)-[:VOUCHES_FOR|ENDORSES]->(:Entity {id: step.to})
          WHERE x.since <= $at AND $at < x.until AND x.shown = true AND coalesce(x.standing, 'OWN') IN ['OWN', 'FOREIGN']
            AND (x.ended IS NOT NULL OR coalesce(x.checkedOutcome, 'ok') <> 'failed')
          WITH DISTINCT x ORDER BY x.type DESC, x.id LIMIT 1
          RETURN {id: x.id, type: x.type, kind: x.kind, target: x.targetId, self: coalesce(x.selfEndorsement, false)} }} AS row
