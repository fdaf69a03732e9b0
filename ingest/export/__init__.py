"""A database in, files for other tools out; and the JSON Lines, which hold all of it, back in."""
