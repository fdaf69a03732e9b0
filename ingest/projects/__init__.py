"""Blocks in, the software that they name out: the catalogue, ambiguous names, names that no list has."""
