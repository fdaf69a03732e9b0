"""Tools for language models, asked by the official client: at a real server over HTTP, and of `talkdex mcp`."""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from itsdangerous import URLSafeSerializer
from knowledge import Serve, write_database
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, Tool
from own_loop import run

from talkdex.datasette_plugins.answers import get_talk
from talkdex.ingest.store.database import read_database
from talkdex.schema.records import Note, Talk

Ask = Callable[..., Any]

TOOLS = {"search_takeaways", "get_talk", "list_events", "project_digest"}
COMMAND = ["-m", "talkdex.ingest.cli", "mcp"]
CDC = "change-data-capture-without-tears-streamhaus-2023"
SECRET = "not much of a secret"
ROOT = {"cookie": "ds_actor=" + URLSafeSerializer(SECRET, "actor").dumps({"a": {"id": "root"}})}


def over_http(
    site: httpx.Client, tool: str, /, *, headers: dict[str, str] | None = None, **asked: Any
) -> CallToolResult:
    async def call() -> CallToolResult:
        async with httpx2.AsyncClient(headers=headers) as http:
            server = streamable_http_client(str(site.base_url.join("/-/mcp")), http_client=http)
            async with Client(server) as client:
                return await client.call_tool(tool, asked)

    return run(call())


def command_for(database: Path) -> StdioServerParameters:
    return StdioServerParameters(command=sys.executable, args=[*COMMAND, str(database)])


@pytest.fixture
def ask(site: httpx.Client) -> Ask:
    """The content of an answer over HTTP."""

    def content(tool: str, /, **asked: Any) -> Any:
        result = over_http(site, tool, **asked)
        assert not result.is_error, result.content
        return result.structured_content

    return content


def test_takeaways_are_found_with_their_lines(ask: Ask) -> None:
    found = ask("search_takeaways", question="replication slots")
    assert found == {
        "total": 1,
        "remarks": [],
        "talks": [
            {
                "slug": CDC,
                "title": "Change data capture without tears",
                "event": "Streamhaus 2023",
                "date": "2023-05-09",
                "speakers": ["Odd Brekke"],
                "source": "2023/streamhaus.md:20-31",
                "takeaways": [
                    {
                        "text": "Replication slots fill the disk when nobody reads them",
                        "source": "2023/streamhaus.md:23",
                    }
                ],
                "passage": None,
            }
        ],
    }


def test_a_search_is_narrowed_and_says_how_it_was_understood(ask: Ask) -> None:
    found = ask("search_takeaways", question="kafka", speaker="vantongeren", year=2024, limit=5)
    assert [talk["title"] for talk in found["talks"]] == ["Exactly once, explained twice"]
    assert "speaker 'vantongeren': Mirela Vantongeren" in found["remarks"]
    nobody = ask("search_takeaways", question="kafka", speaker='"nobody" year:2024')
    assert nobody["total"] == 0
    assert nobody["remarks"] == ["speaker '\"nobody\" year:2024': there is none of this name"]
    assert ask("search_takeaways", question="kafka", speaker="x" * 60_000)["total"] == 0
    assert "No talk has 'kafak'; searched instead: kafka" in ask("search_takeaways", question="kafak")["remarks"]


def test_a_passage_is_plain_text(ask: Ask) -> None:
    [talk] = ask("search_takeaways", question="quarkfish")["talks"]
    assert "Quarkfish was mentioned" in talk["passage"]
    assert "<mark>" not in talk["passage"]


def test_a_search_gives_what_the_api_gives(ask: Ask, site: httpx.Client) -> None:
    hits = site.get("/api/v1/search", params={"q": "kafka"}).json()["hits"]
    talks = ask("search_takeaways", question="kafka")["talks"]
    assert [talk["slug"] for talk in talks] == [hit["talk"]["slug"] for hit in hits]
    assert [[one["text"] for one in talk["takeaways"]] for talk in talks] == [
        [one["text"] for one in hit["takeaways"]] for hit in hits
    ]


def test_a_talk_is_given_in_full(ask: Ask) -> None:
    talk = ask("get_talk", slug="exactly-once-explained-twice-streamhaus-2024")
    assert (talk["speakers"], talk["city"]) == (["Mirela Vantongeren", "Tobi Adeyemi"], "Lisbon")
    assert talk["takeaways"][0] == {
        "text": "Exactly once ends at the edge of the cluster",
        "source": "2024/streamhaus/exactly-once.md:5",
    }
    assert len(talk["takeaways"]) == 5
    assert talk["notes"] is None
    notes = ask("get_talk", slug=CDC, with_notes=True)["notes"]
    assert "SELECT * FROM pg_replication_slots;" in notes
    assert ask("get_talk", slug=CDC)["links"][0] == {
        "kind": "slides",
        "title": "Slides",
        "url": "https://slides.example/cdc.pdf",
    }


def test_long_notes_end_with_a_word_on_where_the_rest_is(tmp_path: Path) -> None:
    talk = Talk(title="A talk without end", lines=(7, 7))
    note = Note(path="long.md", kind="talk", talks=[talk])
    database = write_database(tmp_path / "long.db", [note], {"long.md": ["word " * 10_000]})
    with read_database(database) as conn:
        notes = get_talk(conn, "a-talk-without-end", with_notes=True).notes
    assert len(notes) < 25_000
    assert notes.endswith("word …\n\n(The notes are longer than this: long.md:7)")


def test_events_are_listed_newest_first_with_the_notes_on_them(ask: Ask) -> None:
    listed = ask("list_events")
    assert [event["name"] for event in listed["events"]] == ["Streamhaus 2024", "Streamhaus 2023", "Rust am Ring 2022"]
    assert listed["events"][0]["sources"] == ["2024/streamhaus/exactly-once.md:15", "2024/streamhaus/panel.md:1"]
    assert [event["name"] for event in ask("list_events", name="vienna")["events"]] == ["Rust am Ring 2022"]
    assert [event["venue"] for event in ask("list_events", name="stream", year=2024)["events"]] == ["Cais Hall"]
    cut = ask("list_events", limit=1)
    assert (cut["total"], len(cut["events"])) == (3, 1)


def test_a_project_is_digested_under_any_of_its_names(ask: Ask) -> None:
    digest = ask("project_digest", project="postgres")
    assert (digest["name"], digest["talk_count"], digest["beside"]) == ("PostgreSQL", 1, ["Kafka"])
    assert digest["takeaways"] == [
        {
            "text": "Replication slots fill the disk when nobody reads them",
            "source": "2023/streamhaus.md:23",
            "talk": CDC,
            "event": "Streamhaus 2023",
        }
    ]


def test_a_digest_has_some_takeaways_of_each_talk(ask: Ask) -> None:
    """Four of one talk are on Kafka, and one of another."""
    takeaways = ask("project_digest", project="Kafka")["takeaways"]
    assert [one["event"] for one in takeaways] == ["Streamhaus 2024"] * 3 + ["Streamhaus 2023"]


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("get_talk", {"slug": "change-data-capture"}, f"There is no talk 'change-data-capture'. Near to it: {CDC}"),
        ("project_digest", {"project": "Kafka Streams"}, "There is no project 'Kafka Streams'. Near to it: kafka"),
        ("project_digest", {"project": "???"}, "There is no project '???'. Search for it."),
        ("search_takeaways", {"question": "kafka", "limit": 1000}, "less than or equal to 50"),
    ],
)
def test_what_cannot_be_answered_is_said(site: httpx.Client, name: str, asked: dict[str, Any], said: str) -> None:
    result = over_http(site, name, **asked)
    assert result.is_error
    assert said in result.content[0].text


@pytest.mark.parametrize(
    "question", ["", '"', "a" * 10_000, "\0 \ud7ff 🎤", "'; DROP TABLE talks --", "NEAR(a b) AND ("]
)
def test_any_question_has_an_answer(ask: Ask, question: str) -> None:
    assert ask("search_takeaways", question=question)["total"] >= 0


@pytest.fixture(scope="module", params=["database", "instance", "table"])
def closed(request: pytest.FixtureRequest, serve: Serve, database: Path) -> httpx.Client:
    allow = {"allow": {"id": "root"}}
    metadata = {
        "instance": allow,
        "database": {"databases": {"talkdex": allow}},
        "table": {"databases": {"talkdex": {"tables": {"speakers": allow}}}},
    }
    return serve(database, "--secret", SECRET, metadata=metadata[request.param])


CALLS = [
    ("search_takeaways", {"question": "kafka"}),
    ("get_talk", {"slug": CDC}),
    ("get_talk", {"slug": "no-such-talk"}),
    ("list_events", {}),
    ("project_digest", {"project": "Kafka"}),
]


@pytest.mark.parametrize(("name", "asked"), CALLS)
def test_who_may_not_see_the_database_learns_nothing(closed: httpx.Client, name: str, asked: dict[str, Any]) -> None:
    result = over_http(closed, name, **asked)
    assert result.is_error
    assert [content.text for content in result.content] == [
        f"Error executing tool {name}: You may not see this database."
    ]
    assert result.structured_content is None


def test_who_may_see_it_does(closed: httpx.Client) -> None:
    result = over_http(closed, "get_talk", headers=ROOT, slug=CDC)
    assert result.structured_content["title"] == "Change data capture without tears"


def test_a_site_without_our_database_says_so(serve: Serve, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE others (id)")
    result = over_http(serve(tmp_path / "other.db"), "list_events")
    assert "No database that Talkdex has built is served here." in result.content[0].text


def test_the_tools_of_the_command_are_those_of_the_server(site: httpx.Client, database: Path) -> None:
    async def tools_of(server: Any) -> dict[str, Tool]:
        async with Client(server) as client:
            return {tool.name: tool for tool in (await client.list_tools()).tools}

    served = run(tools_of(str(site.base_url.join("/-/mcp"))))
    offered = run(tools_of(command_for(database)))
    assert offered == {name: served[name] for name in TOOLS}
    assert all(tool.input_schema["properties"] and tool.output_schema for tool in offered.values())
    assert all(tool.annotations.read_only_hint for tool in offered.values())


def test_the_command_answers_as_the_server(site: httpx.Client, database: Path) -> None:
    async def answers_of_the_command() -> list[CallToolResult]:
        async with Client(command_for(database)) as client:
            return [await client.call_tool(name, asked) for name, asked in CALLS]

    for answer, (name, asked) in zip(run(answers_of_the_command()), CALLS, strict=True):
        served = over_http(site, name, **asked)
        assert (answer.is_error, answer.content) == (served.is_error, served.content)
        assert answer.structured_content == served.structured_content


def test_the_command_says_what_is_wrong_with_a_database(tmp_path: Path) -> None:
    command = [sys.executable, *COMMAND, str(tmp_path / "missing.db")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "there is no such database" in done.stderr


def test_the_guide_names_the_tools_and_how_a_client_starts_them() -> None:
    guide = (Path(__file__).parents[2] / "docs/mcp.md").read_text("utf-8")
    [stdio, http] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", guide, re.DOTALL)]
    assert stdio["mcpServers"]["talkdex"] == {"command": "talkdex", "args": ["mcp", "/home/me/talkdex.db"]}
    assert http["mcpServers"]["talkdex"]["url"].endswith("/-/mcp")
    assert set(re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE)) == TOOLS
