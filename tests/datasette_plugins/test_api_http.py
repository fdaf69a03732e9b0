"""The API as HTTP: what clients may keep, other methods than GET, other sites, and compression."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from knowledge import Serve

TALK = "/api/v1/talks/change-data-capture-without-tears-streamhaus-2023"
ADDRESSES = ["/api/v1/search?q=kafka", "/api/v1/talks?limit=2", TALK, f"{TALK}/related", "/api/v1/stats"]
ADDRESSES += ["/api/v1/openapi.json", "/api/v1/docs"]


@pytest.fixture
def changing(serve: Serve, database: Path, tmp_path: Path) -> Iterator[tuple[httpx.Client, sqlite3.Connection]]:
    """A site, and a connection that writes to its database."""
    path = Path(shutil.copy(database, tmp_path / "talkdex.db"))
    with closing(sqlite3.connect(path)) as conn:
        yield serve(path), conn


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_a_client_has_is_not_sent_again(site: httpx.Client, address: str) -> None:
    first = site.get(address)
    assert first.headers["cache-control"] == "no-cache"
    for known in ({"if-none-match": first.headers["etag"]}, {"if-modified-since": first.headers["last-modified"]}):
        again = site.get(address, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ({"if-none-match": '"something", W/"else"'}, 200),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"else"', "if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 200),
        ({"if-modified-since": "Fri, 01 Jan 2010 00:00:00 GMT"}, 200),
        ({"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 200),
        ({"if-modified-since": "yesterday"}, 200),
        ({"if-modified-since": "Fri, 01 Jan 99999 00:00:00 GMT"}, 200),
    ],
)
def test_what_a_client_says_it_has(site: httpx.Client, known: dict[str, str], status: int) -> None:
    assert site.get(TALK, headers=known).status_code == status


def test_addresses_have_tags_of_their_own(site: httpx.Client) -> None:
    tags = {site.get(address).headers["etag"] for address in ADDRESSES}
    assert len(tags) == len(ADDRESSES)
    listed = ", ".join(tags)
    assert site.get("/api/v1/talks/no-such-talk", headers={"if-none-match": listed}).status_code == 404
    assert site.get("/api/v1/talks/no-such-talk", headers={"if-none-match": "*"}).status_code == 404


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_build_gives_another_tag(changing: tuple[httpx.Client, sqlite3.Connection], journal: str) -> None:
    site, conn = changing
    conn.execute(f"PRAGMA journal_mode = {journal}")
    before = site.get(TALK)
    conn.execute("UPDATE talks SET title = 'Change data capture, in peace' WHERE title LIKE 'Change data%'")
    conn.commit()
    after = site.get(TALK, headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.json()["title"] == "Change data capture, in peace"
    assert after.headers["etag"] != before.headers["etag"]


def test_a_tag_opens_nothing_that_is_closed(serve: Serve, site: httpx.Client, database: Path) -> None:
    tag = {"if-none-match": site.get(TALK).headers["etag"]}
    closed = serve(database, metadata={"databases": {"talkdex": {"allow": False}}})
    assert site.get(TALK, headers=tag).status_code == 304
    assert closed.get(TALK, headers=tag).status_code == 403


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_get_without_the_body(site: httpx.Client, address: str) -> None:
    head, get = site.head(address), site.get(address)
    assert (head.status_code, head.content) == (200, b"")
    assert {name: head.headers[name] for name in ("content-type", "etag", "vary")} == {
        name: get.headers[name] for name in ("content-type", "etag", "vary")
    }


@pytest.mark.parametrize("method", ["OPTIONS", "DELETE", "PUT"])
def test_methods_are_told(site: httpx.Client, method: str) -> None:
    response = site.request(method, TALK)
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    assert response.status_code == (204 if method == "OPTIONS" else 405)


def test_problems_are_not_kept(site: httpx.Client) -> None:
    problem = site.get("/api/v1/talks?limit=0")
    assert problem.headers["cache-control"] == "no-store"
    assert "etag" not in problem.headers


def test_other_sites_may_read_where_datasette_says_so(serve: Serve, site: httpx.Client, database: Path) -> None:
    assert "access-control-allow-origin" not in site.get(TALK).headers
    open_to_all = serve(database, "--cors")
    for response in (open_to_all.get(TALK), open_to_all.options(TALK), open_to_all.get("/api/v1/talks?limit=0")):
        assert response.headers["access-control-allow-origin"] == "*"
        assert "Link" in response.headers["access-control-expose-headers"]


def test_long_answers_are_compressed_for_who_can_read_it(site: httpx.Client) -> None:
    short = site.get("/api/v1/talks", headers={"accept-encoding": "br, gzip"})
    assert short.headers["content-encoding"] == "gzip"
    for refuses in ("identity", "gzip;q=0", "gzip; q=0.0, br"):
        plain = site.get("/api/v1/talks", headers={"accept-encoding": refuses})
        assert "content-encoding" not in plain.headers
        assert plain.json() == short.json()
    assert short.num_bytes_downloaded < len(plain.content)
    assert "content-encoding" not in site.get("/api/v1/stats").headers
