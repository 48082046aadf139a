// Whether who accepts or prepares an endorsement may not be who signs it; unless told, one person may.
// index: none, one node
RETURN coalesce(parent.differentPeople, false)
