from pathlib import Path

import httpx
import pytest
from itsdangerous import URLSafeSerializer
from knowledge import Serve

ROUTES = [
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
    "/talks/no-such-talk",
    "/events/streamhaus-2024",
    "/venues/cais-hall-lisbon",
    "/speakers/mirela-vantongeren",
    "/projects/kafka",
    "/tags/streaming",
    "/takeaways/1",
    "/review",
    "/api/v1/search?q=kafka",
    "/api/v1/stats",
    "/api/v1/talks",
    "/api/v1/talks/change-data-capture-without-tears-streamhaus-2023",
    "/api/v1/takeaways",
    "/api/v1/events",
    "/api/v1/venues",
    "/api/v1/speakers",
    "/api/v1/projects",
    "/api/v1/tags",
    "/api/v1/posts",
    "/api/v1/posts/2023/streamhaus.md",
]
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


@pytest.mark.parametrize("path", ROUTES)
def test_who_may_not_see_the_database_sees_none_of_our_pages(closed: httpx.Client, path: str) -> None:
    response = closed.get(path)
    assert response.status_code == 403
    for secret in ("Kafka", "Streamhaus", "Mirela", "Replication", "streamhaus.md"):
        assert secret not in response.text


@pytest.mark.parametrize("path", ROUTES)
def test_who_may_see_it_does(closed: httpx.Client, path: str) -> None:
    expected = {"/talks": 302, "/talks/no-such-talk": 404, "/takeaways/1": 404}.get(path, 200)
    assert closed.get(path, headers=ROOT).status_code == expected


def test_notices_can_be_hidden_alone(serve: Serve, database: Path) -> None:
    site = serve(database, metadata={"databases": {"talkdex": {"tables": {"notices": {"allow": False}}}}})
    assert site.get("/review").status_code == 403
    assert site.get("/search?q=kafka").status_code == 200
