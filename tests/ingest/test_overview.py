"""Folders of notes, and what their READMEs say of the event that a note is from."""

from pathlib import Path
from textwrap import dedent

import pytest

from talkdex.ingest.notes.overview import Overviews, mentions
from talkdex.ingest.notes.sources import find_sources, read_text

SAMPLES = Path(__file__).parents[2] / "data" / "notes"


def text_about(path: str, files: dict[str, str]) -> str | None:
    """What the overview of `path` says, in a folder with these files; those without text are empty."""
    texts = {name: dedent(text).strip("\n") for name, text in files.items()}
    found = Overviews({path, *files}).text(path, lambda name: texts.get(name, ""))
    return found.rstrip("\n") if found else None


@pytest.mark.parametrize(
    "path, overview",
    [
        ("2024/devnord/caching.md", "2024/devnord/README.md"),
        ("2024/devnord/day-2/caching.md", "2024/devnord/README.md"),
        ("2024/devnord/README.md", "README.md"),
        ("2023/devnord/caching.md", "2023/devnord/_index.md"),
        ("2022/devnord/caching.md", "2022/devnord/index.markdown"),
        ("rustnord/caching.md", "rustnord/00 Overview.txt"),
        ("gonord/caching.md", "gonord/gonord.md"),  # a folder note of Obsidian
        ("jsnord/caching.md", "jsnord.md"),
        ("jsnord.md", "README.md"),
        ("caching.md", "README.md"),
        ("README.md", None),
    ],
)
def test_the_nearest_overview(path: str, overview: str | None) -> None:
    paths = {
        "README.md",
        "2024/devnord/README.md",
        "2024/devnord/index.md",
        "2023/devnord/_index.md",
        "2022/devnord/index.markdown",
        "rustnord/00 Overview.txt",
        "gonord/gonord.md",
        "jsnord.md",
    }
    assert Overviews(paths | {path}).of(path) == overview


def test_without_an_overview_there_is_none() -> None:
    assert Overviews(["devnord/caching.md", "caching.md"]).of("devnord/caching.md") is None
    assert text_about("devnord/caching.md", {"other/README.md": "# DevNord 2024"}) is None


@pytest.mark.parametrize(
    "path, files, name",
    [
        pytest.param(
            "devnord-2024/caching.md",
            {"devnord-2024/README.md": "# DevNord 2024, Oslo", "README.md": "# Conference notes"},
            "devnord-2024/README.md",
            id="a folder for each event",
        ),
        pytest.param(
            "devnord-2024/caching.md",
            {"devnord-2024/README.md": "See https://devnord.example", "README.md": "# Conference notes"},
            "devnord-2024/README.md",
            id="an overview without a title",
        ),
        pytest.param(
            "devnord-2024/day-1/caching.md",
            {"devnord-2024/README.md": "# DevNord", "devnord-2024/day-1/x.md": ""},
            "devnord-2024/README.md",
            id="a folder for each day",
        ),
        pytest.param(
            "01-caching.md",
            {"README.md": "# DevNord 2024\n\n| Talk | Notes |\n|-|-|\n| Caching | [x](/01-caching.md) |"},
            "README.md",
            id="a repository of one event",
        ),
        pytest.param(
            "workshops/caching.md",
            {
                "README.md": "# devnord24\n\n[DevNord](https://devnord.example) report\n\n- [x](talks/x.md)",
                "talks/x.md": "",
            },
            "README.md",
            id="a repository of one event with folders for talks and workshops",
        ),
        pytest.param(
            "caching.md",
            {"README.md": "# My trip to DevNord\n\nIn Oslo, March 19-22, 2024"},
            "README.md",
            id="a year below the title",
        ),
        pytest.param(
            "caching.md",
            {"index.md": "---\ntitle: DevNord 2024\n---\n\nIn Oslo"},
            "index.md",
            id="a title in front matter",
        ),
        pytest.param(
            "caching.md",
            {"README.md": "# Notes", "DevNord 2024.md": "- [[Caching]]\n- [[Tracing]]\n- [[Queues|On queues]]"}
            | {"tracing.md": "", "queues.md": ""},
            "DevNord 2024.md",
            id="the page of an event in a wiki",
        ),
    ],
)
def test_an_overview_of_one_event_is_given_whole(path: str, files: dict[str, str], name: str) -> None:
    assert text_about(path, files) == files[name]


@pytest.mark.parametrize(
    "path, files",
    [
        pytest.param("devnord/caching.md", {"README.md": "# Conference notes\n\nWhat I heard in 2024"}, id="of many"),
        pytest.param("devnord/caching.md", {"README.md": "# Meine Konferenznotizen"}, id="of many, in German"),
        pytest.param("caching.md", {"README.md": "Notes for conferences that I attend."}, id="of many, without title"),
        pytest.param("caching.md", {"README.md": "# Acme notes\n\nRun `npm install`"}, id="no year, no event"),
        pytest.param("2023/caching.md", {"README.md": "# DevNord 2024"}, id="of another year"),
        pytest.param("caching.md", {"README.md": "  \n"}, id="empty"),
        pytest.param(
            "caching.md",
            {"tracing-2024.md": "[last year](caching.md)", "queues.md": ""},
            id="one link makes no page of an event",
        ),
        pytest.param(
            "2024-03-20-caching.md",
            {"2024-03-19-a.md": "[](2024-03-20-caching.md) [](2024-03-21-b.md) [](2024-03-22-c.md)"}
            | {"2024-03-21-b.md": "", "2024-03-22-c.md": ""},
            id="nor do the links of a blog post",
        ),
    ],
)
def test_an_overview_that_says_nothing_of_the_event(path: str, files: dict[str, str]) -> None:
    assert text_about(path, files) is None


MANY = """
    # Conference notes

    What I wrote down since 2019.

    ## 2024

    ### [DevNord](2024/devnord), Oslo, March 19-22
    Held in the old harbour.

    - [Caching](2024/devnord/caching.md), Jane Doe
      - a second line

    ### Rust Rhein-Main

    In a bar in Mainz.

    - Tracing, Joe Roe: [notes](./2024/rust/tracing.md#top)
    - [Queues](https://github.com/jane/notes/blob/main/2024/rust/queues%20and%20topics.md)

    ## 2023

    | Event | Where | Notes |
    | --- | --- | --- |
    | GoNord | Kiel | [notes][go] |
    | JSNord | Malmö | [[jsnord23]] |

    * PyNord 2023 (Bergen)

    [go]: 2023/gonord.md
    """


@pytest.mark.parametrize(
    "path, excerpt",
    [
        pytest.param(
            "2024/devnord/caching.md",
            """
            ## 2024

            ### [DevNord](2024/devnord), Oslo, March 19-22
            Held in the old harbour.

            - [Caching](2024/devnord/caching.md), Jane Doe
              - a second line
            """,
            id="the section of its folder",
        ),
        pytest.param(
            "2024/rust/tracing.md",
            """
            ## 2024

            ### Rust Rhein-Main

            In a bar in Mainz.

            - Tracing, Joe Roe: [notes](./2024/rust/tracing.md#top)
            """,
            id="the item of the note, and what stands above it",
        ),
        pytest.param(
            "2024/rust/queues and topics.md",
            """
            ## 2024

            ### Rust Rhein-Main

            In a bar in Mainz.

            - [Queues](https://github.com/jane/notes/blob/main/2024/rust/queues%20and%20topics.md)
            """,
            id="a link to the repository",
        ),
        pytest.param(
            "2024/rust/unlisted.md",
            """
            ## 2024

            ### Rust Rhein-Main

            In a bar in Mainz.
            """,
            id="the event of the notes beside it",
        ),
        pytest.param(
            "2023/gonord.md",
            """
            ## 2023

            | Event | Where | Notes |
            | --- | --- | --- |
            | GoNord | Kiel | [notes][go] |
            """,
            id="the row of the note",
        ),
        pytest.param("pynord-2023/caching.md", "## 2023\n\n* PyNord 2023 (Bergen)", id="the folder by its name"),
    ],
)
def test_of_an_overview_of_many_events_only_what_is_about_the_note(path: str, excerpt: str) -> None:
    assert text_about(path, {"README.md": MANY}) == dedent(excerpt).strip("\n")


def test_titles_in_bold_are_headings() -> None:
    readme = "# Conferences 2022 - 2024\n\n## Notes\n\n**2024**\n\n- [a](a.md)\n\n**2023**\n\n- [b](b.md)\n"
    assert text_about("b.md", {"README.md": readme}) == "**2023**\n\n- [b](b.md)"


def test_the_folder_s_own_overview_says_more_than_that_above_it() -> None:
    files = {"README.md": MANY, "2024/devnord/README.md": "# DevNord 2024\n\nTrondheim"}
    assert text_about("2024/devnord/caching.md", files) == "# DevNord 2024\n\nTrondheim"


def test_what_lies_around_a_folder_says_the_same_of_its_notes() -> None:
    texts = {source.path: read_text(source)[0] or "" for source in find_sources([SAMPLES])}
    overviews = Overviews(texts)
    said = []
    for path in texts:
        files, linked = overviews.around(path.rpartition("/")[0])
        apart = Overviews({*files, *linked}).text(path, {file: texts[file] for file in files}.__getitem__)
        assert apart == overviews.text(path, texts.__getitem__)
        said.append(apart)
    assert len(set(said)) > 5


@pytest.mark.parametrize(
    ("path", "may_tell"),
    [
        ("README.md", True),
        ("DevNord/caches.md", False),
        ("DevNord.md", True),  # of the folder beside it
        ("wiki/DevNord 2024.md", True),
        ("wiki/caches.md", False),
        ("_posts/2024-05-27-devnord-conf.md", False),
    ],
)
def test_notes_that_may_tell_of_others(path: str, may_tell: bool) -> None:
    paths = ["README.md", "DevNord.md", "DevNord/caches.md", "wiki/DevNord 2024.md", "wiki/caches.md"]
    assert Overviews([*paths, "_posts/2024-05-27-devnord-conf.md"]).may_tell_of_others(path) is may_tell


def test_each_overview_is_read_once() -> None:
    read: list[str] = []
    paths = [f"devnord/talk-{number}.md" for number in range(20)] + ["devnord/README.md"]
    overviews = Overviews(paths)
    for path in paths[:-1]:
        overviews.text(path, lambda name: read.append(name) or "# DevNord 2024")  # type: ignore[func-returns-value]
    assert read == ["devnord/README.md"]


@pytest.mark.parametrize(
    "overview, entry, above, columns",
    [
        (
            "# DevNord 2024\n\n## Day one\n\n1. Caching, Jane Doe: [notes](talks/caching.md)\n   - loved it\n2. x\n",
            ["Caching, Jane Doe: notes", "loved it"],
            ["DevNord 2024", "Day one"],
            None,
        ),
        (
            '# DevNord\n\n## "Caching" by Jane Doe\n\n* [Slides](https://x.example)\n* [Notes](caching.md)\n\n## x\n',
            ["Notes"],
            ["DevNord", '"Caching" by Jane Doe'],
            None,
        ),
        (
            "Title | Speaker | Notes\n--|--|--\nQueues | Joe | [x](queues.md)\nCaching | Jane Doe | [x](/caching.md)\n",
            ["Caching | Jane Doe | x"],
            [],
            "Title | Speaker | Notes",
        ),
        ("## Day one\n\n**[Queues](queues.md)**\n\n[Caching](caching.md)\n", ["Caching"], ["Day one"], None),
        ("# DevNord\n\nI liked [caching](caching.md) best.\n", ["I liked caching best."], ["DevNord"], None),
        ("# DevNord\n\n## [Caching](caching)\n\nBy Jane Doe\n", ["Caching", "By Jane Doe"], ["DevNord"], None),
    ],
)
def test_what_an_overview_says_of_a_note(
    overview: str, entry: list[str], above: list[str], columns: str | None
) -> None:
    (mention,) = mentions(overview, "talks/caching.md")
    assert [block.text for block in mention.entry] == entry
    assert [block.text for block in mention.above] == above
    assert (mention.columns.text if mention.columns else None) == columns


@pytest.mark.parametrize("link", ["other/caching.md", "caching-2.md", "https://caching.example/caching.md", "#caching"])
def test_links_elsewhere_are_no_mention(link: str) -> None:
    assert mentions(f"- [Caching]({link})\n", "talks/caching.md") == []
