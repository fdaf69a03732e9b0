"""Front matter in, what its author states out, and a notice in plain words for what cannot be used."""

import textwrap
from typing import Any

import pytest
import yaml

from talkdex.schema.front_matter import Stated, split_year, stated
from talkdex.schema.records import Notice


def read(front_matter: str) -> tuple[Stated, list[Notice]]:
    """The front matter as a file has it: its first key stands on line 2, below the dashes."""
    text = textwrap.dedent(front_matter).strip("\n")
    keys = {line.split(":")[0]: n for n, line in enumerate(text.splitlines(), start=2) if line[:1].isalpha()}
    return stated(yaml.safe_load(text), keys)


def given(front_matter: str) -> dict[str, Any]:
    """What is stated, without what is not; there must be no notice."""
    note, notices = read(front_matter)
    assert notices == []
    return note.model_dump(exclude_unset=True, exclude_defaults=True)


@pytest.mark.parametrize(
    "front_matter, tags",
    [
        ("tags: [cloud, Cloud Native]\ncategory: Cloud", ["cloud", "Cloud Native", "Cloud"]),
        ("tags: [Spring, Java]\ncategory: Spring", ["Spring", "Java"]),
        ("tags: python, machine learning", ["python", "machine learning"]),
        ("tags: python django", ["python", "django"]),  # Jekyll
        ("tags: '- python - django'", ["python", "django"]),  # a list in a header that has no fences
        ("tags: Machine Learning", ["Machine Learning"]),
        ("category: dev ops", ["dev ops"]),
        ("categories: blog\nkeywords: 'SQLite, full-text search'", ["blog", "SQLite", "full-text search"]),
        ("taxonomies: {tags: [rust], categories: [talks]}", ["rust", "talks"]),  # Zola, older Hugo
        ("tags: ['#python', '#til']", ["python", "til"]),  # Obsidian
        ("tags: ['2007', 3.12, 2024]", ["2007", "3.12", "2024"]),
        ("tags:", []),
        ("title: Without", []),
    ],
)
def test_tags_categories_and_keywords_are_kept_as_written(front_matter, tags):
    assert read(front_matter)[0].tags == tags


@pytest.mark.parametrize(
    "front_matter, event",
    [
        ("event: DevNord", {"name": "DevNord"}),
        ("event: DevNord 2024", {"name": "DevNord", "year": 2024}),
        ("conference: 2024 DevNord Days", {"name": "DevNord Days", "year": 2024}),
        ("event: DevNord 2023\nyear: 2024", {"name": "DevNord", "year": 2024}),
        ("meetup: '[[Rust Rhein-Main]]'", {"name": "Rust Rhein-Main"}),
        ("conf: [[DevNord 2024]]", {"name": "DevNord", "year": 2024}),  # a wiki link without quotes
        ("dates: 2024-03-19", {"year": 2024, "start": "2024-03-19", "end": "2024-03-19"}),
        ("dates: [2024-03-19, 2024-03-22]", {"year": 2024, "start": "2024-03-19", "end": "2024-03-22"}),
        ("dates: 2024-03-19..2024-03-22", {"year": 2024, "start": "2024-03-19", "end": "2024-03-22"}),
        ("dates: 2024-03-19/2024-03-22", {"year": 2024, "start": "2024-03-19", "end": "2024-03-22"}),
        ("dates: 2024-03-19/22", {"year": 2024, "start": "2024-03-19", "end": "2024-03-22"}),
        ("dates: 2024-03-30 to 04-02", {"year": 2024, "start": "2024-03-30", "end": "2024-04-02"}),
        ("dates: 2024-03-19 – 2024-03-22", {"year": 2024, "start": "2024-03-19", "end": "2024-03-22"}),
        ("dates: {start: 2024-03-19, end: 2024-03-22}", {"year": 2024, "start": "2024-03-19", "end": "2024-03-22"}),
        (
            "venue: Kulturhuset\ncity: Stockholm\ncountry: Sweden",
            {"venue": "Kulturhuset", "city": "Stockholm", "country": "Sweden"},
        ),
        (
            "event: {name: DevNord, start: 2024-03-19, end: 2024-03-20}\ndates: 2024-03-30 to 04-02",
            {"name": "DevNord", "year": 2024, "start": "2024-03-30", "end": "2024-04-02"},
        ),
        ("location: Kulturhuset, Stockholm", {"location": "Kulturhuset, Stockholm"}),
        (
            "event: {name: DevNord, start: 2024-03-19, city: Lund}\ncity: Malmö",
            {"name": "DevNord", "year": 2024, "start": "2024-03-19", "city": "Malmö"},
        ),
        (
            "event: {Name: DevNord, date: 2024-03-19/22}",
            {"name": "DevNord", "year": 2024, "start": "2024-03-19", "end": "2024-03-22"},
        ),
    ],
)  # fmt: skip
def test_the_event_is_a_name_or_a_mapping(front_matter, event):
    assert given(front_matter) == {"event": event}


def test_the_date_of_a_post_is_not_the_date_of_its_event():
    assert given("date: 2024-04-01") == {"date": "2024-04-01"}


@pytest.mark.parametrize(
    "written, day",
    [
        ("2019-05-03", "2019-05-03"),
        ("2014-03-04 15:46:14 +0000", "2014-03-04"),
        ("'2023-07-12T21:37:42+02:00'", "2023-07-12"),
        ("2014-10-10T04:15:23.000Z", "2014-10-10"),
        ("July 8, 2022", "2022-07-08"),
        ("Jul 08 2022", "2022-07-08"),
        ("08.07.2022", "2022-07-08"),
    ],
)
def test_a_date_is_read_in_the_forms_that_blogs_use(written, day):
    assert given(f"date: {written}") == {"date": day}


@pytest.mark.parametrize(
    "front_matter, draft",
    [
        ("draft: true", True),
        ("draft: false", False),
        ("published: false", True),
        ("published: 2024-05-01", False),
        ("status: Draft", True),
        ("title: Draft", False),
    ],
)
def test_a_draft_is_said_in_three_ways(front_matter, draft):
    assert read(front_matter)[0].draft is draft


@pytest.mark.parametrize(
    "front_matter, authors",
    [
        ("author: Dana Okafor", ["Dana Okafor"]),
        ("authors: [dana_okafor, jens_lind]", ["dana_okafor", "jens_lind"]),
        ("author: Dana Okafor and Jens Lind", ["Dana Okafor", "Jens Lind"]),
        ("authors: [{name: Dana Okafor, url: 'https://dana.example'}]", ["Dana Okafor"]),
        ("author: {name: Dana Okafor}", ["Dana Okafor"]),
    ],
)
def test_authors(front_matter, authors):
    assert given(front_matter) == {"authors": authors}


@pytest.mark.parametrize(
    "front_matter, talk",
    [
        ("speaker: Dana Okafor (Acme)", {"speakers": ["Dana Okafor"]}),
        ("presenter: '[[people/Dana Okafor|Dana Okafor]] & [[Jens Lind]]'", {"speakers": ["Dana Okafor", "Jens Lind"]}),
        ("speakers: ['Dana Okafor, Jr.']", {"speakers": ["Dana Okafor, Jr."]}),
        ("talk: Zero to Prod\nformat: Lightning talk", {"title": "Zero to Prod", "format": "lightning"}),
        ("projects: [PostgreSQL, pgvector]", {"projects": ["PostgreSQL", "pgvector"]}),
        (
            "slides: https://slides.example/1",
            {"links": [{"url": "https://slides.example/1", "kind": "slides", "line": 2}]},
        ),
    ],
)
def test_a_post_about_one_talk_states_its_parts(front_matter, talk):
    assert given(front_matter) == {"talk": talk}


def test_talks_are_stated_in_full():
    note, notices = read("""
        title: DevNord, the good parts
        talks:
          - title: Ship it with SQLite
            speakers: [Dana Okafor, Jens Lind]
            format: keynote
            lines: 12-40
            projects: [SQLite, Litestream]
            tags: databases, backup
            takeaways:
              - Back up the file before you need it
              - {text: A write is a single fsync, line: 17}
            slides: https://slides.example/sqlite
            links: [{url: "https://blog.example/sqlite", title: The post}]
          - Closing words
    """)
    assert notices == []
    assert [talk.model_dump(exclude_defaults=True) for talk in note.talks] == [
        {
            "title": "Ship it with SQLite",
            "speakers": ["Dana Okafor", "Jens Lind"],
            "format": "keynote",
            "lines": (12, 40),
            "projects": ["SQLite", "Litestream"],
            "tags": ["databases", "backup"],
            "takeaways": [
                {"text": "Back up the file before you need it"},
                {"text": "A write is a single fsync", "line": 17},
            ],
            "links": [
                {"url": "https://slides.example/sqlite", "kind": "slides", "line": 3},
                {"url": "https://blog.example/sqlite", "title": "The post", "line": 3},
            ],
        },
        {"title": "Closing words"},
    ]


def test_an_empty_list_states_that_there_are_none():
    note, _ = read("talks: [{title: Panel, speakers: []}]")
    assert (note.talks[0].speakers, note.talks[0].projects) == ([], None)


@pytest.mark.parametrize(
    "front_matter, line, message",
    [
        ("title: T\nyear: twenty", 3, 'year: "twenty" is not a year'),
        ("year: 20240", 2, 'year: "20240" is not a year'),
        ("year: true", 2, 'year: "True" is not a year'),
        ("event: 2024", 2, 'event: "2024" is not a name'),
        ("event: {name: DevNord, yaer: 2024}", 2, 'event: there is no key "yaer"'),
        ("event: {name: DevNord, year: soon}", 2, 'event.year: "soon" is not a year'),
        ("dates: next week", 2, 'dates: "next week" is not a date such as 2024-03-19'),
        ("dates: '2024-02-30'", 2, 'dates: "2024-02-30" is not in the calendar'),
        ("dates: [2024-03-22, 2024-03-19]", 2, "dates: ends (2024-03-19) before it starts (2024-03-22)"),
        ("event: {start: 2024-03-22, end: 2024-03-19}", 2, "event: ends (2024-03-19) before it starts (2024-03-22)"),
        ("dates: []", 2, 'dates: "[]" is neither one day nor a first and a last'),
        ("date: last spring", 2, 'date: "last spring" is not a date such as 2024-03-19'),
        ("kind: essay", 2, 'kind: "essay" is none of report, talk, index, other'),
        ("format: poetry", 2, 'format: "poetry" is none of keynote, talk, lightning, workshop, panel, demo, unknown'),
        ("speaker: 7", 2, 'speaker: "7" is not a name'),
        ("language: English (mostly)", 2, 'language: "English (mostly)" is not a language code such as "en"'),
        ("slides: deck.pdf", 2, 'slides: "deck.pdf" is not a web address'),
        ("talks: none", 2, 'talks: "none" is not a list with an item for each talk'),
        ("talks: [{speaker: Jens Lind}]", 2, "talks, item 1: left out, it has no title"),
        ("talks: [A, {}]", 2, "talks, item 2: left out, it has no title"),
        ("talks: [A, {title: B, speeker: C}]", 2, 'talks, item 2: there is no key "speeker"'),
        ("talks: [{title: B, lines: 9}]", 2, 'talks, item 1, lines: "9" is not a first and a last line such as 12-40'),
        ("talks: [{title: B, takeaways: {line: x}}]", 2, 'talks, item 1, takeaways: "x" is not the number of a line'),
        ("tags: {a: 1}", 2, "tags: \"{'a': 1}\" is not a list of words"),
    ],
)  # fmt: skip
def test_an_unusable_value_is_a_notice_and_the_rest_counts(front_matter, line, message):
    note, notices = read(f"{front_matter}\ncity: Lund")
    assert notices == [Notice(kind="front-matter", line=line, message=message)]
    assert note.event.city == "Lund"


def test_keys_of_the_theme_are_left_alone():
    assert given("layout: post\ncomments: true\nvideo: true\nfeatured: {image: /a.webp}\npermalink: /x") == {}


@pytest.mark.parametrize(
    "name, parts",
    [
        ("DevNord 2024", ("DevNord", 2024)),
        ("DevNord (2024)", ("DevNord", 2024)),
        ("2024", ("2024", None)),
        ("Web2000", ("Web2000", None)),
        ("Route 1066", ("Route 1066", None)),
    ],
)
def test_split_year(name, parts):
    assert split_year(name) == parts
