"""Records in, the database out: one event, one person, one project across files; rows, ids, search indexes."""
