// Answers at all.
// index: none, touches nothing
RETURN 1 AS row
