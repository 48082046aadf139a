"""The read road: a question → one statement; rows → the answer. Pure: no database, no GraphQL."""
