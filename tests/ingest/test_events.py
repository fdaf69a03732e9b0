"""A note in, the event that it is from out."""

from textwrap import dedent

import pytest

from talkdex.ingest.events.find import FoundEvent, event_evidence, find_event
from talkdex.ingest.events.known import series_forms
from talkdex.ingest.events.names import event_key, event_names
from talkdex.ingest.notes.markdown import blocks
from talkdex.ingest.notes.post import parse_post
from talkdex.schema.records import Event


def found(path: str, text: str, overview: str | None = None) -> FoundEvent | None:
    post = parse_post(dedent(text).lstrip("\n"), path)
    return find_event(post, blocks(post), dedent(overview) if overview else None)


def event(path: str, text: str, overview: str | None = None) -> Event:
    answer = found(path, text, overview)
    assert answer is not None, "no event found"
    return answer.event


TALK = "# Queues that never fill\n\nBy Robin Vale\n\n- measure before you tune\n"


@pytest.mark.parametrize(
    ("path", "name", "year"),
    [
        ("2016/djangocon-us/queues.md", "DjangoCon US", 2016),
        ("craft-2016/queues.md", "Craft", 2016),
        ("DockerCon-2017/Day1-Keynote.md", "DockerCon", 2017),
        ("content/CodeStock2026/Queues by Robin Vale.md", "CodeStock", 2026),
        ("lead_dev_london_2018/queues.md", "Lead Dev London", 2018),
        ("forward_js_2016/queues.md", "ForwardJS", 2016),
        ("notes/DDDEU16/queues.md", "DDD Europe", 2016),
        ("NOTES_RubyConfTH_Bangkok_2022.md", "RubyConfTH", 2022),
        ("2015-11-15-1620-rubyconf-queues-that-never-fill.md", "rubyconf", 2015),
        # names that no list has
        ("quillworks_days_2019/queues.md", "Quillworks Days", 2019),
        ("2018/riverconf/queues.md", "Riverconf", 2018),
        ("Lantern-2021/Day 2/queues.md", "Lantern", 2021),
    ],
)
def test_the_path_names_the_event(path: str, name: str, year: int) -> None:
    answer = event(path, TALK)
    assert (event_key(answer.name), answer.year) == (event_key(name), year)


@pytest.mark.parametrize(
    ("title", "name", "year"),
    [
        ("KubeCon + CloudNativeCon EU 2024", "KubeCon + CloudNativeCon EU", 2024),
        ("My notes from RailsConf 2016", "RailsConf", 2016),
        ("JSConf US 2013 — Day One", "JSConf US", 2013),
        ("Spring I/O 16: what I learned about queues", "Spring I/O", 2016),
        ("Percona Live Amsterdam 2016", "Percona Live Amsterdam", 2016),
        ("Surge 2010 day 1", "Surge", 2010),
        ("Das war das BarCamp Senza Confini 2008", "BarCamp Senza Confini", 2008),
        ("Takeaways from Tidewater Software Summit 2019", "Tidewater Software Summit", 2019),
        ("Quillworks Conf 2018: day two", "Quillworks Conf", 2018),
        ("Scaling Queues At FableCon 2017", "FableCon", 2017),
        ("Rückblick: Laternen Tage 2019", "Laternen Tage", 2019),
        ("International Symposium on Retro Compilers 2011", "International Symposium on Retro Compilers", 2011),
    ],
)
def test_the_title_names_the_event(title: str, name: str, year: int) -> None:
    answer = event("posts/notes.md", f'---\ntitle: "{title}"\n---\n\nTwo days of talks. Here is what I liked.\n')
    assert (answer.name, answer.year) == (name, year)


def test_the_opening_says_when_and_where_it_was() -> None:
    answer = event(
        "_posts/2016-06-20-fablecon.md",
        """
        ---
        title: Fables and queues
        ---
        On the 10th and 11th of June, FableCon was hosted at Lantern Klub in Ghent, Belgium.
        We went there with five colleagues.

        ## Queues that never fill - Robin Vale
        Measure before you tune.
        """,
    )
    assert answer.model_copy(update={"confidence": 1.0}) == Event(
        name="FableCon",
        year=2016,
        start="2016-06-10",
        end="2016-06-11",
        venue="Lantern Klub",
        city="Ghent",
        country="Belgium",
    )


def test_lines_of_facts_name_all_of_it() -> None:
    answer = event(
        "a.md", "# Notes\n\nEvent: Lantern Days\n\nDate: 2019-05-04\n\nLocation: Ghent, Belgium\n\n- queues fill\n"
    )
    assert answer.model_copy(update={"confidence": 1.0}) == Event(
        name="Lantern Days", year=2019, start="2019-05-04", city="Ghent", country="Belgium"
    )


def test_a_sentence_introduces_an_event_of_any_name() -> None:
    answer = event("a.md", "# My trip\n\nLast week I attended Quillworks, a small conference on ink, in Oslo.\n")
    assert (answer.name, answer.city, answer.country) == ("Quillworks", "Oslo", "Norway")


@pytest.mark.parametrize(("path", "year"), [("defcon27.md", 2019), ("36c3/queues.md", 2019), ("SC15/queues.md", 2015)])
def test_editions_that_are_counted(path: str, year: int) -> None:
    assert event(path, TALK).year == year


def test_the_overview_names_the_event_of_a_talk() -> None:
    overview = """
        # An Event Apart - Boston 2013
        ### April 15 - 17, 2013
        schedule: http://example.org
    """
    answer = event("an_event_apart_2013/queues.md", TALK, overview)
    assert (answer.name, answer.year, answer.city) == ("An Event Apart", 2013, "Boston")
    assert (answer.start, answer.end) == ("2013-04-15", "2013-04-17")


def test_the_overview_spells_what_the_folder_abbreviates() -> None:
    answer = event("tws_2019/session_1.md", "# Tidewater Web Science 2019 - Session 1\n\n## Queues\n- they fill\n")
    assert (answer.name, answer.year) == ("Tidewater Web Science", 2019)


def test_an_overview_of_many_events_names_only_those_beside_the_file() -> None:
    overview = "**2023**\n\n- [NOTES_OpenConf_Athens.md](NOTES_OpenConf_Athens.md)\n"
    answer = event("NOTES_OpenConf_Athens.md", "OpenConf\n\n- drones\n- queues\n", overview)
    assert (answer.name, answer.year, answer.city, answer.country) == ("OpenConf", 2023, "Athens", "Greece")


def test_links_name_the_event_where_nothing_else_does() -> None:
    answer = event(
        "queues.md", TALK + "\n[Slides](https://example.org/robin/railsconf2012)\n[Code](https://x.org/RailsConf)"
    )
    assert (event_key(answer.name), answer.year) == ("railsconf", 2012)


def test_the_year_beside_the_name_beats_that_of_the_post() -> None:
    answer = event("_posts/2017-01-17-oredev.md", "---\ntitle: Øredev 2016\ndate: 2017-01-17\n---\nIt was cold.\n")
    assert (answer.name, answer.year) == ("Øredev", 2016)


def test_the_year_of_the_post_is_the_event_s_when_nothing_else_is_said() -> None:
    answer = event("a.md", "---\ntitle: Day two of RubyConf\ndate: 2014-11-20\n---\nI am still at RubyConf.\n")
    assert answer.year == 2014


def test_the_day_of_the_post_is_no_day_of_the_event() -> None:
    answer = event("a.md", "---\ntitle: RubyConf 2014\ndate: 2014-11-20\n---\nPosted on November 20, 2014.\n")
    assert (answer.start, answer.end) == (None, None)


def test_a_file_without_front_matter_that_is_named_by_day_was_written_there() -> None:
    assert event("2015-11-15-rubyconf-queues.md", TALK).start == "2015-11-15"


def test_days_of_headings_span_the_event() -> None:
    answer = event(
        "NOTES_RiverConf_2023.md",
        "# RiverConf 2023\n\n## Thursday 11th May\n\n### Queues\n- fill\n\n## Friday 12th May\n\n### Caches\n- lie\n",
    )
    assert (answer.start, answer.end) == ("2023-05-11", "2023-05-12")


def test_also_holds_the_other_forms() -> None:
    answer = event("KubeCon-2017/queues.md", TALK)
    assert "KubeCon + CloudNativeCon" in answer.also


def test_the_line_and_confidence_of_the_evidence() -> None:
    answer = found("a.md", "---\nlayout: post\ntitle: RailsConf 2012\n---\nAt RailsConf again.\n")
    assert answer is not None
    assert answer.line == 3
    assert answer.confidence > 0.8
    assert found("craft-2016/queues.md", TALK).line is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "# Conference notes\n\nNotes from conferences I attended.\n"),
        ("posts/queues.md", "# How to fill a queue\n\nFirst install Redis 7 and build the config. Then apply it.\n"),
        ("README.md", "# My notes\n\n- [PyCon 2018](pycon)\n- [OSCON 2017](oscon)\n- [Strange Loop 2019](loop)\n"),
        ("docs/2019/upgrade.md", "# Upgrading to Python 3.8\n\nThe icon is in the beacon folder.\n"),
        ("python/asyncio.md", "# asyncio\n\nNotes on tasks.\n"),
        ("LICENSE.md", "Copyright (c) 2017 Robin Vale\n\nPermission is hereby granted.\n"),
        ("empty.md", ""),
    ],
)
def test_no_event(path: str, text: str) -> None:
    assert found(path, text) is None


def test_evidence_lists_all_events_the_likeliest_first() -> None:
    post = parse_post("---\ntitle: RailsConf 2012\n---\nAfter GoRuCo, RailsConf felt huge.\n", "a.md")
    evidence = event_evidence(post, blocks(post))
    assert [candidate.key for candidate in evidence] == ["railsconf", "goruco"]
    assert evidence[0].confidence > evidence[1].confidence


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("write the docs before you build it", []),
        ("We Write the Docs", ["Write the Docs"]),
        ("We do io with Reactive Programming", []),
        ("Craft Beer Summit 2018", ["Craft Beer Summit"]),
        ("Meeting C++ 2019", ["Meeting C"]),
        ("the Bacon and Icon people", []),
        ("Spring 2019", []),
        ("we opened devopsdays Ghent", ["devopsdays Ghent"]),
        ("From [[Goruco 2012]]", ["Goruco"]),
    ],
)
def test_names_in_a_sentence(text: str, names: list[str]) -> None:
    assert [name.name for name in event_names(text) if name.certainty in ("series", "word", "pattern", "year")] == names


def test_every_series_of_the_list_is_found_by_its_name() -> None:
    missed = [
        form.series
        for form in {form.series: form for form in series_forms().values()}.values()
        if not any(name.series == form.series for name in event_names(f"{form.series} 2019"))
    ]
    assert missed == []
