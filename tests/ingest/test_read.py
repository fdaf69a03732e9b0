"""One notes file in, its record out: what the author states wins, and nothing is lost silently."""

import pytest

from talkdex.ingest.notes.link_kinds import link_kind
from talkdex.ingest.read import read_note

STATED = """\
---
title: My week
event: PyFjord
year: 2020
city: Bergen
country: Norway
talks:
  - title: Typing the untyped
    speakers: [Nora Berg, Tom Hill]
    format: keynote
    projects: [mypy]
    takeaways: [Start at the leaves of the import graph]
  - title: Wheels for everybody
    speakers: Eva Lind
---

Some notes that name nothing.
"""


def test_stated_talks_replace_what_is_inferred() -> None:
    note = read_note(STATED, "week.md")
    assert note.kind == "report"
    assert [(t.title, t.speakers, t.format) for t in note.talks] == [
        ("Typing the untyped", ["Nora Berg", "Tom Hill"], "keynote"),
        ("Wheels for everybody", ["Eva Lind"], "talk"),
    ]
    assert note.talks[0].projects == ["mypy"]
    assert [takeaway.text for takeaway in note.talks[0].takeaways] == ["Start at the leaves of the import graph"]
    assert note.event is not None
    assert (note.event.name, note.event.year, note.event.city, note.event.country) == (
        "PyFjord",
        2020,
        "Bergen",
        "Norway",
    )


def test_a_stated_talk_has_the_notes_under_its_own_heading_alone() -> None:
    text = (
        "---\ntalks:\n- {title: Keynote, speakers: [Ann Lee]}\n- {title: Docker, speakers: [Bo Li]}\n---\n"
        "## Keynote\nNobody tests a restore until the day it is needed.\n\n"
        "## Docker\nSQLite handles a thousand writes a second.\n"
    )
    talks = read_note(text, "two.md").talks
    assert [(talk.title, talk.lines) for talk in talks] == [("Keynote", (6, 7)), ("Docker", (9, 10))]


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("Kulturhuset, Stockholm", ("Kulturhuset", "Stockholm", "Sweden")),
        ("Room 4, Kulturhuset, Stockholm", ("Kulturhuset", "Stockholm", "Sweden")),
        ("Stockholm, Sweden", (None, "Stockholm", "Sweden")),
        ("NYC, USA", (None, "New York", "United States")),
        ("Online, Berlin", (None, "Berlin", "Germany")),
    ],
)
def test_a_stated_location_gives_venue_city_and_country(location, place) -> None:
    note = read_note(f"---\nevent: DevNord 2020\nlocation: {location}\n---\n# Caches lie\n", "one.md")
    assert note.event is not None
    assert (note.event.venue, note.event.city, note.event.country) == place


def test_an_unusable_value_is_a_notice_with_its_line_and_the_rest_counts() -> None:
    note = read_note(
        "---\nevent: PyFjord\nyear: twenty\ncity: Bergen\n---\n\n# Caches lie - Maria Silva\n\n- Measure first\n",
        "a.md",
    )
    assert [(notice.kind, notice.line) for notice in note.notices] == [("front-matter", 3)]
    assert note.event is not None
    assert note.event.city == "Bergen"


def test_a_todo_is_a_notice_and_no_takeaway() -> None:
    text = "# Caches lie by Maria Silva\n\n- Every cache needs an owner\n- TODO: look up the paper on leases\n"
    note = read_note(text, "devnord-2021/caches.md")
    assert [(notice.kind, notice.line) for notice in note.notices] == [("todo", 4)]
    assert not any("look up" in takeaway.text for takeaway in note.talks[0].takeaways)


def test_takeaways_carry_their_line_front_matter_counted_and_their_projects() -> None:
    text = "---\ntitle: Caches lie\n---\n\n# Caches lie by Maria Silva\n\nNever put Redis in front of PostgreSQL before you measured.\n"
    takeaway = read_note(text, "devnord-2021/caches.md").talks[0].takeaways[0]
    assert takeaway.line == 7
    assert takeaway.projects == ["PostgreSQL", "Redis"]


def test_hashtag_lines_are_tags_and_hashes_in_sentences_are_not() -> None:
    text = "# Caches lie by Maria Silva\n\n#caching #web/performance\n\n- The crowd at #devnord liked it\n"
    assert read_note(text, "devnord-2021/caches.md").tags == ["caching", "web/performance"]


def test_authors_of_the_post_are_not_speakers() -> None:
    text = "---\nauthors: [jane_roe]\ntitle: Caches lie\n---\n\n# Caches lie\n\n- Measure before you add a cache\n"
    note = read_note(text, "devnord-2021/caches.md")
    assert note.authors == ["jane_roe"]
    assert all(talk.speakers == [] for talk in note.talks)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "---\n---\n", "# \n", "- \n- \n", "\x00", "```\nno end", "[](\n", "> > > >\n" * 50]
)
def test_odd_texts_give_a_record(text: str) -> None:
    assert read_note(text, "odd.md").path == "odd.md"


def test_the_same_text_gives_the_same_record() -> None:
    assert read_note(STATED, "week.md") == read_note(STATED, "week.md")


@pytest.mark.parametrize(
    ("url", "text", "kind"),
    [
        ("https://speakerdeck.com/jane/caches", "", "slides"),
        ("https://example.org/x.pdf", "Slides", "slides"),
        ("https://github.com/jane/caches-slides", "the slides", "slides"),
        ("https://youtu.be/abc", "recording", "video"),
        ("https://vimeo.com/1", "", "video"),
        ("https://github.com/jane/caches", "repository", "code"),
        ("https://example.org", "her site", "other"),
    ],
)
def test_links_have_a_kind(url: str, text: str, kind: str) -> None:
    assert link_kind(url, text) == kind


def test_stated_projects_have_their_usual_names() -> None:
    text = "---\nspeaker: Nora Berg\nprojects: [postgres, OurOwnTool]\n---\n\n# Typing the untyped\n\n- Start at the leaves\n"
    assert read_note(text, "pyfjord-2020/typing.md").talks[0].projects == ["PostgreSQL", "OurOwnTool"]


def test_a_stated_line_beyond_the_end_of_the_file_is_a_notice() -> None:
    text = "---\nevent: PyFjord\ntalks:\n  - title: Typing the untyped\n    lines: 900-901\n---\n\n# Typing the untyped\n\n- Start at the leaves\n"
    note = read_note(text, "typing.md")
    assert [(notice.kind, notice.line) for notice in note.notices] == [("front-matter", 3)]
    assert note.talks[0].lines == (8, 10)
