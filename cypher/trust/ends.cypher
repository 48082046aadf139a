// Where a chain of trust begins and ends: the profile that trusts, what is asked about, and who says something of that now.
// index: profile_id, entity_id
// A profile is spoken of by what names it and by what endorses its work; anything else by what endorses it, and awards by nobody.
MATCH (t:Entity {id: $to})
RETURN {shown: t.shown, readers: t.readers, ownerId: coalesce(t.ownerId, t.id), profile: t.type = 'Profile',
        from: COLLECT { MATCH (p:Profile {id: $from}) RETURN p.id },
        said: COLLECT {
          MATCH (t)<-[:VOUCHES_FOR|ENDORSES]-(x:Endorsement|TrustEntry)
          WHERE x.since <= $at AND $at < x.until AND x.shown = true AND coalesce(x.standing, 'OWN') IN ['OWN', 'FOREIGN']
            AND (x.ended IS NOT NULL OR coalesce(x.checkedOutcome, 'ok') <> 'failed')
            AND coalesce(x.targetType, 'Profile') IN ['Profile', 'Achievement', 'PathwayVersion']
          WITH DISTINCT coalesce(x.profileId, x.endorserId) AS by ORDER BY by LIMIT $limit
          RETURN by }} AS row
