"""Blocks in, talks out: what could be a talk, what kind of file it is in, where each begins and ends."""
