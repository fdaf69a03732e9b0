from urllib.parse import parse_qs, urlsplit

import pytest
from datasette.utils import MultiParams
from hypothesis import given
from hypothesis import strategies as st

from talkdex.datasette_plugins.search_address import SearchAddress, page_number
from talkdex.schema.api import Facet, FacetValue


def read(address: str) -> SearchAddress:
    return SearchAddress.read(MultiParams(parse_qs(urlsplit(address).query, keep_blank_values=True)))


@pytest.mark.parametrize(
    "address",
    [
        "/search",
        "/search?q=kafka",
        "/search?q=exactly+once&project=kafka&project=flink&year=2024&sort=date&page=3",
    ],
)
def test_an_address_reads_as_it_is_written(address: str) -> None:
    assert str(read(address)) == address


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=50), st.integers(1, 500))
def test_every_search_has_an_address_that_leads_back_to_it(text: str, page: int) -> None:
    address = SearchAddress(text=text.replace("\0", " ").strip(), chosen=(("tag", "a&b=c"),), page=page)
    assert read(str(address)) == address


def test_choosing_twice_is_choosing_not() -> None:
    address = read("/search?q=kafka&page=4")
    chosen = address.toggled("tag", "streaming")
    assert str(chosen) == "/search?q=kafka&tag=streaming"
    assert str(chosen.toggled("tag", "streaming")) == "/search?q=kafka"


@pytest.mark.parametrize(
    "address", ["/search", "/search?q=a+b&page=3", "/search?tag=c%2B%2B&sort=date", "/search?q=x&tag=a%26b&year=2024"]
)
def test_the_links_of_a_facet_choose_its_values(address: str) -> None:
    search = read(address)
    for name in ("tag", "city"):
        values = [
            FacetValue(value=value, label="", count=1, selected=(name, value) in search.chosen)
            for value in ("c++", "a&b", "São Paulo", "2024")
        ]
        links = search.links(Facet(name=name, title="", values=values, more=False))
        for value, link in zip(values, links, strict=True):
            assert f"/search{link.query}" == str(search.toggled(name, value.value))
            assert link.selected == value.selected


def test_without_words_the_newest_come_first() -> None:
    assert read("/search").query().sort == "date"
    assert read("/search?q=kafka").query().sort == "relevance"


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), ("1", 1), ("0", 1), ("-1", 1), ("", 1), (None, 1), ("x", 1), ("99999", 500), ("9" * 99, 1), ("1e3", 1)],
)
def test_page_number(text: str | None, number: int) -> None:
    assert page_number(text) == number
