"""The state of the search page as its address, and the addresses one step away: a facet value on or off, a page on."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import quote_plus, urlencode

from talkdex.datasette_plugins.facets import FACETS
from talkdex.datasette_plugins.search import SearchQuery
from talkdex.datasette_plugins.search.parse import LONGEST_TEXT
from talkdex.schema.api import Facet, FacetValue

PAGE_SIZE = 20
LAST_PAGE = 500
MOST_VALUES = 20  # chosen in one facet; an address with more is no reader's


class FacetLink(NamedTuple):
    """How a page shows a value of a facet; `query` is the query string of the search with or without it."""

    query: str
    label: str
    count: str
    selected: bool


@dataclass(frozen=True)
class SearchAddress:
    """What the query string of /search says. `chosen` holds (facet, value) pairs."""

    text: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    sort: str = "relevance"
    page: int = 1

    @classmethod
    def read(cls, args: Any) -> "SearchAddress":
        """From Datasette's request.args. Anything it does not understand is left out."""
        return cls(
            text=(args.get("q") or "").replace("\0", " ").strip()[:LONGEST_TEXT],
            chosen=tuple(
                (name, value)
                for name in FACETS
                for value in dict.fromkeys(args.getlist(name)[:MOST_VALUES])
                if value.strip()
            ),
            sort="date" if args.get("sort") == "date" else "relevance",
            page=page_number(args.get("page")),
        )

    def query(self) -> SearchQuery:
        chosen: dict[str, list[str]] = {}
        for name, value in self.chosen:
            chosen.setdefault(name, []).append(value)
        return SearchQuery(
            text=self.text,
            chosen=chosen,
            sort="date" if self.sort == "date" or not self.text else "relevance",
            limit=PAGE_SIZE,
            offset=(self.page - 1) * PAGE_SIZE,
        )

    def __str__(self) -> str:
        pairs = [*self._words(), *self.chosen, *self._order()]
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return "/search?" + urlencode(pairs) if pairs else "/search"

    def toggled(self, name: str, value: str) -> "SearchAddress":
        """The same search with this facet value chosen, or no longer so."""
        pair = (name, value)
        chosen = tuple(other for other in self.chosen if other != pair)
        return replace(self, chosen=chosen if pair in self.chosen else (*chosen, pair), page=1)

    def links(self, facet: Facet) -> list[FacetLink]:
        """The links of the facet's values, each to the search `toggled` by it: a page has two hundred of them."""
        before = urlencode([*self._words(), *self.chosen])
        after = urlencode(self._order())

        def query(one: FacetValue) -> str:
            if one.selected:
                return str(self.toggled(facet.name, one.value)).removeprefix("/search")
            return "?" + "&".join(filter(None, (before, f"{facet.name}={quote_plus(one.value)}", after)))

        return [FacetLink(query(one), one.label, f"{one.count:,}", one.selected) for one in facet.values]

    def without_facets(self) -> "SearchAddress":
        return replace(self, chosen=(), page=1)

    def sorted_by(self, sort: str) -> "SearchAddress":
        return replace(self, sort=sort, page=1)

    def on_page(self, page: int) -> "SearchAddress":
        return replace(self, page=page)

    def json(self) -> str:
        """The address of the same page in the API."""
        sort = [("sort", self.query().sort)]
        return "/api/v1/search?" + urlencode(
            [*self._words(), *self.chosen, *sort, ("limit", PAGE_SIZE), ("offset", (self.page - 1) * PAGE_SIZE)]
        )

    def _words(self) -> list[tuple[str, str]]:
        return [("q", self.text)] if self.text else []

    def _order(self) -> list[tuple[str, str]]:
        return [("sort", self.sort)] if self.sort != "relevance" else []


def page_number(text: str | None) -> int:
    """The `page` of an address, from 1; 1 where it is no number."""
    return max(1, min(int(text), LAST_PAGE)) if text and text.isdecimal() and len(text) < 6 else 1
