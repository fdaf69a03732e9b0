"""Our style sheets, scripts and pictures: kept by browsers for good, and nothing else of ours is served as a file."""

import re

import httpx
import pytest

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
}


@pytest.mark.parametrize(
    ("page", "names"), [("/", {"talkdex.css", "typeahead.js", "icon.svg"}), ("/tags", {"filter.js"})]
)
def test_what_a_page_loads_is_served_for_good(site: httpx.Client, page: str, names: set[str]) -> None:
    addresses = set(re.findall(r'(?:href|src)="(/-/talkdex/[^"]+)"', site.get(page).text))
    assert names <= {re.sub(r".*/|\?.*", "", address) for address in addresses}
    for address in addresses:
        response = site.get(address)
        assert response.headers["content-type"] == TYPES[address.partition("?")[0].rpartition(".")[2]]
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "immutable" in response.headers["cache-control"]


@pytest.mark.parametrize("name", ["nothing.js", "pages.py", "..%2Fpages.py", "", "a" * 3000 + ".js", "icon.svg%00.js"])
def test_nothing_else_is_served(site: httpx.Client, name: str) -> None:
    assert site.get(f"/-/talkdex/{name}", follow_redirects=True).status_code == 404
