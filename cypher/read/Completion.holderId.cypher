// Whose completion it is.
// index: none, one node
RETURN parent.learnerId
