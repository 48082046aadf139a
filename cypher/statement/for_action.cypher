// What is needed to end a statement, or to sign it anew: its document, its awards with their credentials as they stand, and the holder's consents.
// index: statement_id, award_id, learner_id
MATCH (s:Statement {id: $id})-[:STATED_BY]->(p:Profile)
RETURN {id: s.id, version: s.version, ownerId: p.id, since: s.since, until: s.until, ended: s.ended, shown: s.shown, readers: s.readers,
        bytes: COLLECT { MATCH (s)<-[:STATES]-(c:Credential {form: 'DATA_INTEGRITY', until: '9999-12-31T23:59:59Z'}) RETURN c.bytes },
        awards: COLLECT {
          MATCH (w:Award)
          WHERE w.id IN s.awards
          RETURN {id: w.id, ownerId: w.ownerId, achievement: w.achievementId,
                  signed: COLLECT { MATCH (w)<-[:STATES]-(c:Credential {form: 'DATA_INTEGRITY', until: '9999-12-31T23:59:59Z'}) RETURN c.bytes }} },
        consents: COLLECT {
          MATCH (:Learner {id: s.holderId})-[:GAVE]->(n:Consent)
          WHERE n.profileId = p.id AND n.purpose = 'PROGRESS'
          RETURN {since: n.since, until: n.until} },
        documents: COLLECT { MATCH (s)<-[:STATES]-(c:Credential) RETURN {number: c.number, since: c.since} },
        keys: COLLECT { MATCH (p)<-[:KEY_OF]-(k:Key) RETURN {id: k.id, algorithm: k.algorithm, publicKeyMultibase: k.publicKeyMultibase, sealed: k.sealed, state: k.state, since: k.since, until: k.until} }} AS row
