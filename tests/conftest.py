"""The same examples in every run: a test that fails today fails tomorrow, and a slow machine fails none."""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=200)
settings.load_profile("repeatable")
