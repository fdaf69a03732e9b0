"""Sentence vectors of what the notes say, so that a question finds notes that put it in other words."""
