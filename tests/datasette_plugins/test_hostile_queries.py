"""Any query string gives an answer: arbitrary bytes put to the real application, in this process."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlencode

import pytest
from datasette.app import Datasette
from hypothesis import example, given, settings
from hypothesis import strategies as st

PAGES = ["/search", "/events", "/venues", "/projects", "/speakers", "/tags"]
API = ["/api/v1/search", "/api/v1/suggest", "/api/v1/talks", "/api/v1/takeaways", "/api/v1/events", "/api/v1/posts"]
RECORDS = ["/talks/", "/events/", "/speakers/", "/api/v1/projects/", "/api/v1/takeaways/", "/api/v1/posts/"]
NAMES = ["q", "name", "sort", "page", "limit", "offset", "after", "project", "tag", "event", "year", "city", "format"]
# What has a meaning to SQL, LIKE, FTS5, HTML, URLs, the search box or a terminal.
PIECES = [
    *"\"'()*^:-+%_\\/;<>&=#?[]{}|~`$!.,@ \t\n\0\x1b\x02\x03\x7f\u202e\ufeff\ufffd\U0001f600é日",
    *(" AND ", " OR ", " NOT ", "NEAR(", "--", "/*", "'; DROP TABLE talks; --", "title:", "{title notes}:", "rowid:"),
    *("project:", "year:", 'speaker:"', "-tag:", "format:keynote", "kafka", "a", "0", "2023", "-1", "1e9", "9" * 40),
    *("<script>", "{{7*7}}", "%00", "%ff", "..", "\\x00", "é́", "e\u0301", "\ud83d"),
]
text = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.tuples(st.sampled_from(PIECES), st.sampled_from([25, 1000, 10_000])).map(lambda pair: pair[0] * pair[1]),
).map(lambda typed: typed[:10_000])
pairs = st.lists(st.tuples(st.sampled_from(NAMES), text), max_size=4)
queries = st.one_of(
    pairs.map(lambda chosen: urlencode(chosen, errors="surrogatepass").encode()),
    st.tuples(st.sampled_from(NAMES), st.binary(max_size=40)).map(lambda pair: f"{pair[0]}={quote_plus(pair[1])}".encode()),
    st.binary(max_size=60),
)  # fmt: skip

Ask = Callable[[str, bytes], tuple[int, str]]


@pytest.fixture(scope="module")
def ask(database: Path) -> Iterator[Ask]:
    """Status and body of the answer to a path and a query string, whatever its bytes: no client cleans them up."""
    datasette = Datasette([str(database)])
    # A thread of its own, because browser tests keep an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        runner = asyncio.Runner()
        thread.submit(runner.run, datasette.invoke_startup()).result()
        app = datasette.app()

        def get(path: str, query: bytes) -> tuple[int, str]:
            return thread.submit(runner.run, _get(app, path, query)).result()

        yield get
        thread.submit(runner.close).result()


async def _get(app: Any, path: str, query: bytes) -> tuple[int, str]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http"}
    scope |= {
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(b"host", b"localhost")],
    }
    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], body.decode()


def test_queries_arrive(ask: Ask) -> None:
    status, body = ask("/search", b"q=kafka&year=2023")
    assert status == 200 and "Logs all the way down" in body and "Exactly once" not in body
    assert ask("/speakers/mirela%2Dvantongeren", b"")[0] == 200


@settings(max_examples=200, deadline=None)
@given(path=st.sampled_from(PAGES), query=queries)
@example(path="/search", query=b"q=%")
@example(path="/search", query=b"&&&=&q")
@example(path="/projects", query=b"page=%D9%A3")  # a digit, but no number of a page
def test_any_query_string_gives_a_page(ask: Ask, path: str, query: bytes) -> None:
    status, body = ask(path, query)
    assert status == 200
    assert "<script>" not in body and "<h1" in body


@settings(max_examples=200, deadline=None)
@given(path=st.sampled_from(API), query=queries)
def test_any_query_string_gives_an_answer_of_the_api(ask: Ask, path: str, query: bytes) -> None:
    status, body = ask(path, query)
    assert status in (200, 400)
    assert ('"parameter":' in body) == (status == 400)


@settings(max_examples=100, deadline=None)
@given(path=st.sampled_from(["/api/v1/search", "/api/v1/suggest"]), typed=text)
def test_any_text_can_be_searched(ask: Ask, path: str, typed: str) -> None:
    status, _ = ask(path, urlencode({"q": typed}, errors="surrogatepass").encode())
    assert status == 200


@settings(max_examples=100, deadline=None)
@given(path=st.sampled_from(RECORDS), name=text)
def test_any_name_of_a_record_is_there_or_not_found(ask: Ask, path: str, name: str) -> None:
    status, _ = ask(path + quote(name, safe="", errors="surrogatepass"), b"")
    assert status in (200, 302, 404)
