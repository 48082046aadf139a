// Counts for seconds.
// index: none, touches nothing
UNWIND range(1, 3000) AS a
UNWIND range(1, 3000) AS b
WITH a, b WHERE (a * b) % 7 = 3
RETURN count(*) AS row
