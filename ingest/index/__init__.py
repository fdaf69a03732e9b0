"""Rows of the database in, what search reads out: full text, places, postings and facets, kept in step."""
