"""The one search behind page, API and terminal: a connection and a query in, talks with their takeaways out."""

from talkdex.datasette_plugins.search.search import SearchQuery, search

__all__ = ["SearchQuery", "search"]
