"""What a list page shows as its address, the addresses one step away, and that of the same in the API."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from talkdex.datasette_plugins.browse import Wanted
from talkdex.datasette_plugins.lists import LISTINGS
from talkdex.datasette_plugins.rest.routes import MOST, ROOT
from talkdex.datasette_plugins.rest.sorting import ORDERS
from talkdex.datasette_plugins.search_address import MOST_VALUES, page_number

ALL = Wanted()
LONGEST = 100  # characters of a name or value


@dataclass(frozen=True)
class ListAddress:
    """What the query string of /events, /speakers, … says. `kind` is the plural."""

    kind: str
    wanted: Wanted = ALL
    page: int = 1

    @classmethod
    def read(cls, kind: str, args: Any) -> "ListAddress":
        """From Datasette's request.args. A list is narrowed by what the API narrows it by; a name there is the whole
        one, here a part. Anything else is left out."""
        values = {name: args.getlist(name)[:MOST_VALUES] for name in LISTINGS[kind].filters if name != "name"}
        chosen = tuple(
            (name, text) for name in values for value in dict.fromkeys(values[name]) if (text := _text(value))
        )
        wanted = Wanted(_text(args.get("name") or ""), args.get("sort") == "name", chosen)
        return cls(kind, wanted, page_number(args.get("page")))

    def __str__(self) -> str:
        pairs = [("name", self.wanted.part)] if self.wanted.part else []
        pairs += self.wanted.chosen
        pairs += [("sort", "name")] if self.wanted.by_name else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return f"/{self.kind}?{urlencode(pairs)}" if pairs else f"/{self.kind}"

    def on_page(self, page: int) -> "ListAddress":
        return replace(self, page=page)

    def sorted(self, by_name: bool) -> "ListAddress":
        return replace(self, wanted=replace(self.wanted, by_name=by_name), page=1)

    def without(self, name: str, value: str) -> "ListAddress":
        """The same list with this filter taken back."""
        chosen = tuple(pair for pair in self.wanted.chosen if pair != (name, value))
        return replace(self, wanted=replace(self.wanted, chosen=chosen), page=1)

    def json(self) -> str | None:
        """The address in the API of what the page begins with. None where it has none: it knows no parts of names, and
        no page but by the one before."""
        if self.wanted.part or self.page > 1:
            return None
        order = (
            "name" if self.wanted.by_name else next((one for one in ("date", "talks") if one in ORDERS[self.kind]), "")
        )
        pairs = [*self.wanted.chosen, *([("sort", order)] if order else []), ("limit", str(MOST))]
        return f"{ROOT}/{self.kind}?{urlencode(pairs)}"


def _text(value: str) -> str:
    return value.replace("\0", "").strip()[:LONGEST]
