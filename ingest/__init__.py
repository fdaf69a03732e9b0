"""Notes in, database out: one module for each step of the data flow."""
