// What was given.
// index: none, touches nothing
RETURN $value AS row
