"""Who may not see the database sees nothing of it on any route of ours: the routes are asked of the plugins."""

import re
import sqlite3
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from datasette.plugins import pm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer
from knowledge import Serve

# Our files, and Datasette's own first page, which decides for itself.
PUBLIC = ("^/-/",)
PATTERNS = sorted(
    pattern
    for plugin in pm.get_plugins()
    if plugin.__name__.startswith("talkdex.") and hasattr(plugin, "register_routes")
    for pattern, _ in plugin.register_routes()
    if not pattern.startswith(PUBLIC)
)
ADDRESSES = [
    "/",
    "/search",
    "/search?q=kafka",
    "/talks",
    "/events",
    "/venues",
    "/projects",
    "/speakers",
    "/tags",
    "/talks/change-data-capture-without-tears-streamhaus-2023",
    "/events/streamhaus-2024",
    "/venues/cais-hall-lisbon",
    "/speakers/mirela-vantongeren",
    "/projects/kafka",
    "/tags/streaming",
    "/takeaways/{takeaway}",
    "/map",
    "/map?box=-10,30,20,60",
    "/review",
    "/sitemap.xml",
    "/sitemap-1.xml",
    "/feeds/talks.atom",
    "/feeds/talks.atom?project=kafka",
    "/feeds/events.ics",
    "/opensearch.xml",
    "/llms.txt",
    "/api/v1/search?q=kafka",
    "/api/v1/suggest?q=kafka",
    "/api/v1/stats",
    "/api/v1/talks",
    "/api/v1/talks/change-data-capture-without-tears-streamhaus-2023",
    "/api/v1/talks/change-data-capture-without-tears-streamhaus-2023/related",
    "/api/v1/takeaways",
    "/api/v1/takeaways/{takeaway}",
    "/api/v1/events",
    "/api/v1/events/streamhaus-2024",
    "/api/v1/venues",
    "/api/v1/venues/cais-hall-lisbon",
    "/api/v1/speakers",
    "/api/v1/speakers/mirela-vantongeren",
    "/api/v1/projects",
    "/api/v1/projects/kafka",
    "/api/v1/tags",
    "/api/v1/tags/streaming",
    "/api/v1/posts",
    "/api/v1/posts/2023/streamhaus.md",
    "/api/v1/openapi.json",
    "/api/v1/docs",
    "/api",
]
SECRETS = ("Kafka", "Streamhaus", "Lisbon", "Mirela", "Replication", "streaming", "Cais Hall", "streamhaus.md")
SECRET = "not much of a secret"
ROOT = {"cookie": "ds_actor=" + URLSafeSerializer(SECRET, "actor").dumps({"a": {"id": "root"}})}


@pytest.fixture(scope="module", params=["database", "instance", "table"])
def closed(request: pytest.FixtureRequest, serve: Serve, database: Path) -> httpx.Client:
    """A site that only root may see, or of which one table is hidden from all others."""
    allow = {"allow": {"id": "root"}}
    metadata = {
        "instance": allow,
        "database": {"databases": {"talkdex": allow}},
        "table": {"databases": {"talkdex": {"tables": {"speakers": allow}}}},
    }
    return serve(database, "--secret", SECRET, metadata=metadata[request.param])


@pytest.fixture(params=ADDRESSES)
def address(request: pytest.FixtureRequest, conn: sqlite3.Connection) -> str:
    takeaway = conn.execute("SELECT id FROM takeaways WHERE text LIKE 'Replication%'").fetchone()[0]
    return str(request.param).format(takeaway=takeaway)


def test_who_may_not_see_the_database_sees_none_of_our_pages(closed: httpx.Client, address: str) -> None:
    response = closed.get(address)
    assert response.status_code == 403
    assert [secret for secret in SECRETS if secret in response.text] == []


def test_who_may_see_it_does(closed: httpx.Client, address: str) -> None:
    response = closed.get(address, headers=ROOT)
    if address == "/talks" or address.startswith("/takeaways/"):
        assert response.status_code == 302
    elif address == "/api":
        assert response.status_code == 404
    else:
        assert response.status_code == 200
        assert address in ("/api/v1/stats", "/opensearch.xml", "/llms.txt") or any(
            secret in response.text for secret in SECRETS
        )


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_address_of_any_route_is_closed(closed: httpx.Client, pattern: str, data: st.DataObject) -> None:
    """A route that is added is tested by itself, whether or not it stands above."""
    path = data.draw(st.from_regex(pattern, fullmatch=True, alphabet="abcdefghijklmnopqrstuvwxyz0123456789-/._é"))
    response = closed.get(quote(path))
    assert response.status_code == 403, path


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_route_stands_above(pattern: str) -> None:
    """So that the answer to the right actor is looked at, too."""
    assert any(re.match(pattern, address.partition("?")[0].format(takeaway=1)) for address in ADDRESSES)


def test_what_is_not_there_looks_like_what_is_hidden(closed: httpx.Client) -> None:
    for path in ("/talks/", "/speakers/", "/api/v1/projects/"):
        hidden, missing = closed.get(path + "kafka"), closed.get(path + "no-such")
        assert (hidden.status_code, hidden.text) == (missing.status_code, missing.text)


def test_notices_can_be_hidden_alone(serve: Serve, database: Path) -> None:
    site = serve(database, metadata={"databases": {"talkdex": {"tables": {"notices": {"allow": False}}}}})
    assert site.get("/review").status_code == 403
    assert site.get("/search?q=kafka").status_code == 200
