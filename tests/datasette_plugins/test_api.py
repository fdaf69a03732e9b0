from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from talkdex.schema import api, api_pages

CDC = "change-data-capture-without-tears-streamhaus-2023"


def items(site: httpx.Client, address: str) -> list[dict[str, Any]]:
    """All items of a list, following `next`."""
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        answer = site.get(following).json()
        found += answer["items"]
        following = answer["next"]
    return found


def test_stats(site: httpx.Client) -> None:
    assert site.get("/api/v1/stats").json() == {
        "talks": 6,
        "takeaways": 10,
        "events": 3,
        "venues": 1,
        "speakers": 4,
        "projects": 4,
        "tags": 3,
        "posts": 6,
    }


LISTS = {
    "talks": (api.Talk, api.TalkDetail, "slug"),
    "takeaways": (api.TakeawayOfTalk, api.TakeawayOfTalk, "id"),
    "events": (api.Event, api.EventDetail, "slug"),
    "venues": (api.Venue, api.VenueDetail, "slug"),
    "speakers": (api.Speaker, api.SpeakerDetail, "slug"),
    "projects": (api.Project, api.ProjectDetail, "slug"),
    "tags": (api.Tag, api.TagDetail, "slug"),
    "posts": (api.Post, api.PostDetail, "path"),
}


@pytest.mark.parametrize("kind", LISTS)
def test_every_record_of_every_list_can_be_fetched(site: httpx.Client, kind: str) -> None:
    listed, detailed, key = LISTS[kind]
    found = items(site, f"/api/v1/{kind}")
    assert len(found) == site.get("/api/v1/stats").json()[kind]
    for item in found:
        assert issubclass(listed, BaseModel) and listed.model_validate(item)
        detail = site.get(f"/api/v1/{kind}/{item[key]}").json()
        detailed.model_validate(detail)
        assert {name: detail[name] for name in item} == item


@pytest.mark.parametrize("kind", LISTS)
def test_pages_of_a_list_have_every_record_once(site: httpx.Client, kind: str) -> None:
    assert items(site, f"/api/v1/{kind}?limit=1") == items(site, f"/api/v1/{kind}")
    assert len(site.get(f"/api/v1/{kind}?limit=1").json()["items"]) == 1


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("/api/v1/talks?project=kafka", 3),
        ("/api/v1/talks?project=kafka&year=2023", 2),
        ("/api/v1/talks?year=2023&year=2022", 3),
        ("/api/v1/talks?event=streamhaus-2024&format=panel", 1),
        ("/api/v1/talks?speaker=nobody", 0),
        ("/api/v1/takeaways?project=kafka", 4),
        ("/api/v1/takeaways?project=kafka&year=2023", 1),
        (f"/api/v1/takeaways?talk={CDC}", 1),
        ("/api/v1/events?city=Lisbon", 2),
        ("/api/v1/events?year=2022", 1),
        ("/api/v1/events?venue=cais-hall-lisbon", 1),
        ("/api/v1/venues?country=Portugal", 1),
        ("/api/v1/speakers?name=odd+brekke", 1),
        ("/api/v1/projects?name=kafka", 1),
        ("/api/v1/tags?name=rust", 1),
        ("/api/v1/posts?kind=talk&language=de", 1),
        ("/api/v1/posts?event=streamhaus-2024", 2),
    ],
)
def test_lists_can_be_filtered(site: httpx.Client, address: str, count: int) -> None:
    assert len(items(site, address)) == count
    assert items(site, address + "&limit=1") == items(site, address)


def test_search_is_the_pages_search(site: httpx.Client) -> None:
    answer = site.get("/api/v1/search", params={"q": "kafka transactions", "speaker": "mirela-vantongeren"}).json()
    results = api_pages.SearchPage.model_validate(answer)
    assert results.hits[0].talk.title == "Exactly once, explained twice"
    assert results.hits[0].takeaways[0].html.startswith("<mark>Kafka</mark> <mark>transactions</mark>")
    assert [facet.name for facet in results.facets] == ["project", "tag", "event", "year", "speaker", "format", "city"]


def test_a_talk_has_everything(site: httpx.Client) -> None:
    talk = site.get(f"/api/v1/talks/{CDC}").json()
    assert talk["event"] == {"slug": "streamhaus-2023", "name": "Streamhaus 2023", "year": 2023}
    assert talk["speakers"] == [{"slug": "odd-brekke", "name": "Odd Brekke"}]
    assert talk["path"] == "2023/streamhaus.md" and (talk["first_line"], talk["last_line"]) == (20, 31)
    assert talk["links"][0] == {
        "kind": "slides",
        "title": "Slides",
        "url": "https://slides.example/cdc.pdf",
        "line": 30,
    }
    assert talk["notes"].startswith("## Change data capture")
    assert talk["previous"] == {"slug": "logs-all-the-way-down-streamhaus-2023", "title": "Logs all the way down"}
    assert talk["next"] is None


def test_related_talks_are_those_of_the_talks_page_and_say_what_they_share(site: httpx.Client) -> None:
    found = site.get(f"/api/v1/talks/{CDC}/related").json()["items"]
    assert [(talk["title"], [one["name"] for one in talk["shared"]]) for talk in found] == [
        ("Exactly once, explained twice", ["Kafka", "streaming"]),
        ("Logs all the way down", ["Kafka"]),  # "streaming" is a tag of the file that both are in
    ]
    names = api.Talk.model_fields
    detail = site.get(f"/api/v1/talks/{CDC}?fields=related").json()
    assert detail == {"related": [{name: talk[name] for name in names} for talk in found]}
    assert "related" not in site.get(f"/api/v1/talks/{CDC}").json()
    few = site.get(f"/api/v1/talks/{CDC}/related?limit=1&fields=slug,shared").json()["items"]
    assert few == [{name: found[0][name] for name in ("slug", "shared")}]


@pytest.mark.parametrize(
    ("address", "status", "parameter", "detail"),
    [
        ("/api/v1/talks?projct=kafka", 400, "projct", "Did you mean 'project'?"),
        ("/api/v1/talks?limit=0", 400, "limit", "limit is a number from 1 to 200."),
        ("/api/v1/talks?limit=201", 400, "limit", "limit is a number from 1 to 200."),
        ("/api/v1/talks?limit=1&limit=2", 400, "limit", "limit may be given once."),
        ("/api/v1/talks?limit=ten", 400, "limit", "limit is a number from 1 to 200."),
        ("/api/v1/talks?after=a", 400, "after", "after is what `next` of an answer has"),
        ("/api/v1/talks?after=é", 400, "after", "after is what `next` of an answer has"),
        ("/api/v1/talks?fields=", 400, "fields", "fields has no ''."),
        ("/api/v1/talks?fields=titel", 400, "fields", "fields has no 'titel'. Did you mean 'title'?"),
        ("/api/v1/talks?include=speakers", 400, "include", "include has no 'speakers'."),
        ("/api/v1/takeaways?include=talk", 400, "include", "There is no parameter 'include' here."),
        ("/api/v1/search?facets=yaer", 400, "facets", "facets has no 'yaer'. Did you mean 'year'?"),
        ("/api/v1/search?sort=size", 400, "sort", "sort is relevance or date."),
        ("/api/v1/search?query=kafka", 400, "query", "There is no parameter 'query' here."),
        ("/api/v1/stats?x=1", 400, "x", "There is no parameter 'x' here."),
        ("/api/v1/talks/no-such-talk", 404, None, "There is no talk 'no-such-talk'."),
        ("/api/v1/talks/no-such-talk/related", 404, None, "There is no talk 'no-such-talk'."),
        ("/api/v1/talks/no-such-talk/speakers", 404, None, "The API is under /api/v1/"),
        ("/api/v1/takeaways/abc", 404, None, "There is no takeaway 'abc'."),
        ("/api/v1/takeaways/99999999999999999999999", 404, None, "There is no takeaway"),
        (f"/api/v1/takeaways/{'9' * 5000}", 404, None, "There is no takeaway"),
        ("/api/v1/nothing", 404, None, "The API is under /api/v1/"),
        ("/api", 404, None, "The API is under /api/v1/"),
    ],
)
def test_errors_say_what_is_wrong(
    site: httpx.Client, address: str, status: int, parameter: str | None, detail: str
) -> None:
    response = site.get(address)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = api.Problem.model_validate(response.json())
    assert (problem.status, problem.parameter) == (status, parameter)
    assert detail in problem.detail


@pytest.mark.parametrize("query", ['"', "\x00", "a" * 10_000, "😀", "AND", "%", "'; --"])
def test_any_query_gives_an_answer(site: httpx.Client, query: str) -> None:
    assert site.get("/api/v1/search", params={"q": query, "tag": query}).status_code == 200
    assert site.get("/api/v1/speakers", params={"name": query}).status_code == 200
