// Which of these places in status lists are taken.
// index: status_slot_id
UNWIND $ids AS id
MATCH (s:StatusSlot {id: id})
RETURN s.id AS row
