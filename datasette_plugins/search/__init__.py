"""The one search behind page, API and terminal: a connection and a query in, talks with their takeaways out."""

from talkdex.datasette_plugins.search.parse import TypedFilter
from talkdex.datasette_plugins.search.search import SearchQuery, Standing, search, search_part

__all__ = ["SearchQuery", "Standing", "TypedFilter", "search", "search_part"]
