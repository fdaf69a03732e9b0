"""A page as its reader sees it: an HTTP response in, words and links out."""

from html.parser import HTMLParser

import httpx


class Reader(HTMLParser):
    """What a page says, and the text of its links by address."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.text = ""
        self.links: dict[str, str] = {}
        self._address: str | None = None
        self._script = False
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag == "script"
        if tag == "a":
            self._address = dict(attrs).get("href") or ""
        elif tag not in ("mark", "wbr"):
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        self._script = False
        if tag == "a":
            self._address = None
        elif tag != "mark":
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        if self._script:
            return
        self.text += data
        if self._address is not None:
            self.links[self._address] = self.links.get(self._address, "") + data


def text(response: httpx.Response) -> str:
    """All words of a page, in order."""
    return " ".join(Reader(response).text.split())


def links(response: httpx.Response) -> dict[str, str]:
    """What each link of a page says, by its address."""
    return {address: " ".join(said.split()) for address, said in Reader(response).links.items()}
