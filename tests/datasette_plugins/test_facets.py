"""Facets are counted exactly, whichever way they are counted."""

import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from knowledge import write_database
from pyroaring import BitMap

from talkdex.datasette_plugins import facets
from talkdex.datasette_plugins.facets import (
    FACETS,
    VALUES_SHOWN,
    count_facet,
    count_facets,
    members_of,
    narrow,
    talk_ids,
)
from talkdex.schema.api import Facet
from talkdex.schema.records import Event, Note, Talk
from talkdex.schema.search_index import FACET_NAMES

VALUES = """
    SELECT talks.id, 'project', projects.slug FROM talks JOIN talk_projects ON talk_id = talks.id
    JOIN projects ON projects.id = project_id
    UNION ALL
    SELECT talks.id, 'tag', tags.slug FROM talks JOIN talk_tags ON talk_id = talks.id JOIN tags ON tags.id = tag_id
    UNION ALL
    SELECT talks.id, 'speaker', speakers.slug FROM talks JOIN talk_speakers ON talk_id = talks.id
    JOIN speakers ON speakers.id = speaker_id
    UNION ALL SELECT id, 'format', format FROM talks
    UNION ALL SELECT talks.id, 'event', events.slug FROM talks JOIN events ON events.id = event_id
    UNION ALL SELECT talks.id, 'year', year || '' FROM talks JOIN events ON events.id = event_id WHERE year IS NOT NULL
    UNION ALL SELECT talks.id, 'city', city FROM talks JOIN events ON events.id = event_id WHERE city IS NOT NULL
"""


def many_talks() -> list[Note]:
    """Talks with far more values of each facet than are shown, some of them common and most of them rare."""
    chance = random.Random(5)

    def some(kind: str, most: int) -> list[str]:
        return [f"{kind} {int(70 * chance.random() ** 2)}" for _ in range(chance.randint(0, most))]

    notes = []
    for number in range(90):
        year = 1980 + number % 45
        event = Event(name=f"Conf {number % 50}", year=year, city=f"City {number % 40}") if number % 9 else None
        talks = [
            Talk(
                title=f"Talk {number}-{position}",
                format=chance.choice(["talk", "talk", "keynote", "panel"]),
                speakers=[f"Ada {'BCDFGHKLMNPRST'[n % 14]}{'aeiou'[n // 14]}rg" for n in (chance.randrange(70),)],
                projects=some("Project", 3),
                tags=some("tag", 2),
                lines=(position, position),
            )
            for position in range(1, 7)
        ]
        notes.append(Note(path=f"{number:02}.md", kind="report", event=event, talks=talks))
    return notes


@pytest.fixture(scope="module")
def conn(tmp_path_factory) -> Iterator[sqlite3.Connection]:
    notes = many_talks()
    path: Path = tmp_path_factory.mktemp("facets") / "talkdex.db"
    write_database(path, notes, {note.path: [""] * len(note.talks) for note in notes})
    with sqlite3.connect(path) as conn:
        yield conn


@pytest.fixture(params=["by the values that the talks have", "by the talks that the values have"])
def way(request, monkeypatch) -> None:
    monkeypatch.setattr(facets, "MANY_VALUES", 0 if "values that the talks" in request.param else 10**6)


def all_talks(conn: sqlite3.Connection) -> BitMap:
    return BitMap(place for (place,) in conn.execute("SELECT place FROM _places"))


def true_counts(conn: sqlite3.Connection, talks: BitMap) -> dict[str, Counter[str]]:
    wanted = set(talk_ids(conn, talks))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for talk, facet, value in conn.execute(VALUES):
        if talk in wanted:
            counts[facet][value] += 1
    return counts


def counts(facet: Facet) -> dict[str, int]:
    return {value.value: value.count for value in facet.values}


def test_the_facets_are_those_of_the_index():
    assert tuple(FACETS) == FACET_NAMES


@pytest.mark.parametrize("share", [0.004, 0.05, 0.5, 1])
def test_the_most_common_values_are_shown_with_their_counts(conn, way, share):
    chance = random.Random(share)
    talks = BitMap(place for place in all_talks(conn) if chance.random() < share)
    expected = true_counts(conn, talks)
    for facet in count_facets(conn, talks, {}, {}, FACETS):
        true = expected[facet.name]
        shown = counts(facet)
        assert shown == {value: true[value] for value in shown}
        assert len(shown) == min(len(true), VALUES_SHOWN)
        assert sorted(shown.values()) == sorted(count for _, count in true.most_common(VALUES_SHOWN))
        assert facet.more == (len(true) > VALUES_SHOWN)


def test_both_ways_give_the_same(conn, monkeypatch):
    talks = BitMap(range(0, 400, 3))
    monkeypatch.setattr(facets, "MANY_VALUES", 10**6)
    by_values = count_facets(conn, talks, {}, {}, FACETS)
    monkeypatch.setattr(facets, "MANY_VALUES", 0)
    assert count_facets(conn, talks, {}, {}, FACETS) == by_values


def test_values_of_a_facet_widen_and_facets_narrow(conn):
    one, other = (members_of(conn, {"tag": [tag]})["tag"] for tag in ("tag-0", "tag-1"))
    both = members_of(conn, {"tag": ["tag-0", "tag-1"], "format": ["talk"]})
    assert both["tag"] == one | other
    assert narrow(all_talks(conn), both) == (one | other) & both["format"]
    assert narrow(all_talks(conn), both, ignoring="format") == one | other
    assert members_of(conn, {"tag": []}) == {}


def test_a_facet_ignores_its_own_choice_and_heeds_all_others(conn, way):
    chosen = {"tag": ["tag-0", "tag-1"], "format": ["talk"]}
    members = members_of(conn, chosen)
    found = {facet.name: counts(facet) for facet in count_facets(conn, all_talks(conn), chosen, members, FACETS)}
    for name, shown in found.items():
        expected = true_counts(conn, narrow(all_talks(conn), members, ignoring=name))[name]
        assert shown == {value: expected[value] for value in shown}


def test_chosen_values_come_first_however_rare(conn, way):
    rarest = true_counts(conn, all_talks(conn))["speaker"].most_common()[-1][0]
    facet = count_facet(conn, "speaker", all_talks(conn), ["ada-nobody", rarest])
    assert [(value.value, value.selected) for value in facet.values[:3]] == [
        (rarest, True),
        ("ada-nobody", True),
        (facet.values[2].value, False),
    ]
    assert facet.values[0].count > 0
    assert facet.values[1].count == 0
    assert len(facet.values) == VALUES_SHOWN + 2
    assert facet.more


def test_years_are_in_their_order(conn, way):
    years = [value.value for value in count_facet(conn, "year", all_talks(conn), ["2004"]).values]
    assert "2004" in years
    assert years == sorted(years, reverse=True)


def test_no_talks_have_no_values(conn, way):
    for facet in count_facets(conn, BitMap(), {}, {}, FACETS):
        assert facet.values == []
        assert not facet.more


def test_counts_follow_a_build(tmp_path, way):
    path = tmp_path / "talkdex.db"
    notes = many_talks()

    def formats(notes: list[Note]) -> dict[str, int]:
        write_database(path, notes, {note.path: [""] * len(note.talks) for note in notes})
        with sqlite3.connect(path) as conn:
            return counts(count_facet(conn, "format", all_talks(conn), ()))

    assert sum(formats(notes).values()) == 540
    assert sum(formats(notes[:10]).values()) == 60
    assert sum(formats(notes[5:50]).values()) == 270
