import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from knowledge import EXCERPTS, NOTES, write_database

from talkdex.datasette_plugins.search import SearchQuery, search
from talkdex.ingest.store.database import read_database
from talkdex.schema.api import SearchResults
from talkdex.schema.records import Event, Note, Talk

EXACTLY_ONCE = "Exactly once, explained twice"
CDC = "Change data capture without tears"
LOGS = "Logs all the way down"
PANEL = "Who owns the schema?"
RUST = "Fehlerbehandlung ohne Panik"
NOWHERE = "A talk from nowhere"


def found(conn: sqlite3.Connection, text: str = "", **options: Any) -> SearchResults:
    return search(conn, SearchQuery(text, **options))


def titles(results: SearchResults) -> list[str]:
    return [hit.talk.title for hit in results.hits]


def counts(results: SearchResults, name: str) -> dict[str, int]:
    [facet] = [facet for facet in results.facets if facet.name == name]
    return {value.label: value.count for value in facet.values}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # in a title, a takeaway, the notes
        ("capture", [CDC]),
        ("idempotent", [EXACTLY_ONCE]),
        ("quarkfish", [EXACTLY_ONCE]),
        # by speaker, event, city, country, tag, project
        ("brekke", [CDC]),
        ("vienna", [RUST]),
        ("austria", [RUST]),
        ("correctness", [EXACTLY_ONCE]),
        ("postgresql", [CDC]),
        # other forms of a word, other spellings of letters
        ("owning", [PANEL]),
        ("jordis kalman", [RUST]),
        # the beginning of the last word
        ("quarkf", [EXACTLY_ONCE]),
        ("quarkf ", []),
        # phrases and words that must not be there
        ('"exactly once"', [EXACTLY_ONCE]),
        ('"once exactly"', []),
        ("mirela -twice", [LOGS]),
        ('mirela -"keeps a log"', [EXACTLY_ONCE]),
        # a question
        ("who is it that owns the schema?", [PANEL]),
        # operators are words
        ("schema AND owns", [PANEL]),
        ("zebra", []),
    ],
)
def test_words_find_talks(conn: sqlite3.Connection, text: str, expected: list[str]) -> None:
    assert titles(found(conn, text)) == expected


@pytest.mark.parametrize(
    ("text", "used", "expected"),
    [
        ("replicaton slots", "replication", [CDC]),
        ("quarkfihs", "quarkfish", [EXACTLY_ONCE]),
        ("uqarkfish", "quarkfish", [EXACTLY_ONCE]),
        ("qarkfihs", "Quarkfish", [EXACTLY_ONCE]),  # two slips
        ("idempotnet consumers", "idempotent", [EXACTLY_ONCE]),
    ],
)
def test_a_word_that_no_talk_has_is_replaced_by_the_nearest_and_said(
    conn: sqlite3.Connection, text: str, used: str, expected: list[str]
) -> None:
    results = found(conn, text)
    assert titles(results) == expected
    [correction] = results.corrections
    assert correction.used == [used]
    assert correction.typed in text
    hit = results.hits[0]
    assert "<mark>" in " ".join([hit.html, hit.snippet, *(takeaway.html for takeaway in hit.takeaways)])


@pytest.mark.parametrize("text", ["kafka", "zebra", "tee", "x1y2z3", '"replicaton slots"'])
def test_nothing_is_corrected_that_is_there_or_has_nothing_near(conn: sqlite3.Connection, text: str) -> None:
    assert found(conn, text).corrections == []


def test_british_and_american_spelling_find_each_other(tmp_path: Path) -> None:
    texts = {
        "colour.md": "Colour themes, organised by behaviour",
        "color.md": "Color themes, organized by behavior",
        "center.md": "A data center and its labeling",
        "centre.md": "A data centre and its labelling",
    }
    notes = [Note(path=path, kind="talk", talks=[Talk(title=path, lines=(1, 2))]) for path in texts]
    path = write_database(tmp_path / "talkdex.db", notes, {path: [text] for path, text in texts.items()})
    with read_database(path) as conn:
        for text in ("colour", "color", "organise ", "organized", "behaviour", "behavioral"):
            assert set(titles(found(conn, text))) == {"colour.md", "color.md"}, text
        for text in ("data centre", "data centers", "labelling", "labeled"):
            assert set(titles(found(conn, text))) == {"center.md", "centre.md"}, text
        assert found(conn, "colour").corrections == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("project:kafka", {LOGS, CDC, EXACTLY_ONCE}),
        ("project:Kafka year:2024", {EXACTLY_ONCE}),
        ("PROJECT:kafka log", {LOGS}),
        ('speaker:"Mirela Vantongeren"', {LOGS, EXACTLY_ONCE}),
        ("speaker:vantongeren", {LOGS, EXACTLY_ONCE}),
        ("speaker:mirela -tag:correctness", {LOGS}),
        ("tag:streaming -year:2024", {LOGS, CDC}),
        ("format:panel", {PANEL}),
        ("city:vienna", {RUST}),
        ("event:streamhaus", {LOGS, CDC, EXACTLY_ONCE, PANEL}),
        ("event:streamhaus-2023", {LOGS, CDC}),
        ("year:1999", set()),
        ("year:2022 year:2024", {RUST, EXACTLY_ONCE, PANEL}),  # one or the other, as where facets are chosen
        ("year:2022 year:2024 project:rust", {RUST}),
        ("speaker:mir", set()),  # a part of a word is no name
    ],
)
def test_filters_may_be_typed_among_the_words(conn: sqlite3.Connection, text: str, expected: set[str]) -> None:
    assert set(titles(found(conn, text))) == expected


@pytest.mark.parametrize("typed", ["Malmö", "malmö", "MALMO", "malmo"])
def test_a_city_is_found_without_its_accents(tmp_path: Path, typed: str) -> None:
    event = Event(name="Fjordkonf", year=2024, city="Malmö", country="Sweden")
    talk = Talk(title="Bridges", lines=(1, 1))
    path = write_database(
        tmp_path / "talkdex.db", [Note(path="a.md", kind="report", event=event, talks=[talk])], {"a.md": ["Steel."]}
    )
    with read_database(path) as conn:
        assert titles(found(conn, f"city:{typed}")) == ["Bridges"]


def test_where_few_talks_that_pass_the_filters_have_all_words_those_with_some_are_found(
    conn: sqlite3.Connection,
) -> None:
    """However many of the others have all of them."""
    assert set(titles(found(conn, "kafka streamhaus"))) == {LOGS, CDC, EXACTLY_ONCE}
    assert titles(found(conn, "kafka streamhaus format:panel")) == [PANEL]


def test_talks_that_are_gone_leave_nothing_in_the_scores(tmp_path: Path) -> None:
    def scores(path: Path) -> list[float]:
        with read_database(path) as conn:
            return [hit.score for hit in found(conn, "kafka schema").hits]

    left = [note for note in NOTES if note.path != "loose.md"]
    changed = write_database(tmp_path / "changed.db", NOTES, EXCERPTS)
    assert scores(changed) == scores(write_database(tmp_path / "whole.db", NOTES, EXCERPTS))
    write_database(changed, left, EXCERPTS)
    assert scores(changed) == scores(write_database(tmp_path / "left.db", left, EXCERPTS))


def test_what_a_typed_filter_means_is_said(conn: sqlite3.Connection) -> None:
    [people, nothing] = found(conn, "speaker:vantongeren -year:1999").understood
    assert (people.facet, people.labels, people.unwanted) == ("speaker", ["Mirela Vantongeren"], False)
    assert (nothing.typed, nothing.labels, nothing.unwanted) == ("1999", [], True)


def test_a_word_in_the_title_counts_more_than_one_in_the_notes(conn: sqlite3.Connection) -> None:
    assert titles(found(conn, "log"))[0] == LOGS


def test_where_few_talks_have_all_words_those_with_some_are_found_after_them(conn: sqlite3.Connection) -> None:
    results = found(conn, "replication schema")
    assert set(titles(results)) == {CDC, PANEL}
    assert results.match == "any"
    both = found(conn, "exactly once broker schema")
    assert titles(both)[0] == EXACTLY_ONCE


def test_where_enough_talks_have_all_words_no_others_are_found(conn: sqlite3.Connection) -> None:
    results = found(conn, "streamhaus lisbon")
    assert results.match == "all"
    assert set(titles(results)) == {LOGS, CDC, EXACTLY_ONCE, PANEL}


def test_no_words_give_everything_newest_first(conn: sqlite3.Connection) -> None:
    results = found(conn)
    assert results.match == "everything"
    assert titles(results) == [EXACTLY_ONCE, PANEL, LOGS, CDC, RUST, NOWHERE]


def test_unwanted_words_alone_give_everything_else(conn: sqlite3.Connection) -> None:
    assert titles(found(conn, "-kafka")) == [PANEL, RUST, NOWHERE]


def test_hits_show_the_takeaways_that_match_best_first(conn: sqlite3.Connection) -> None:
    [hit] = [hit for hit in found(conn, "kafka transactions").hits if hit.talk.title == EXACTLY_ONCE]
    assert hit.takeaways[0].text == "Kafka transactions cost two round trips"
    assert hit.takeaways[0].html == "<mark>Kafka</mark> <mark>transactions</mark> cost two round trips"
    assert len(hit.takeaways) + hit.more_takeaways == 3


def test_a_hit_without_a_matching_takeaway_shows_a_passage_of_the_notes(conn: sqlite3.Connection) -> None:
    [hit] = found(conn, "quarkfish").hits
    assert hit.takeaways == []
    assert "<mark>Quarkfish</mark> was mentioned" in hit.snippet


def test_a_hit_by_speaker_or_event_alone_shows_its_best_takeaways(conn: sqlite3.Connection) -> None:
    [hit] = found(conn, "brekke").hits
    assert [takeaway.html for takeaway in hit.takeaways] == ["Replication slots fill the disk when nobody reads them"]
    assert hit.snippet == ""


def test_a_hit_without_words_shows_the_best_takeaways(conn: sqlite3.Connection) -> None:
    [hit] = found(conn, chosen={"event": ["streamhaus-2024"], "project": ["kafka"]}).hits
    assert [takeaway.text for takeaway in hit.takeaways] == [
        "Exactly once ends at the edge of the cluster",
        "Idempotent consumers beat transactions in most systems",
        "Flink checkpoints are cheap until state is large",
    ]
    assert hit.more_takeaways == 2


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"project": ["kafka"]}, {LOGS, CDC, EXACTLY_ONCE}),
        ({"project": ["flink", "rust"]}, {EXACTLY_ONCE, RUST}),  # one or the other
        ({"project": ["kafka"], "year": ["2023"]}, {LOGS, CDC}),  # both
        ({"tag": ["streaming"], "speaker": ["mirela-vantongeren"]}, {LOGS, EXACTLY_ONCE}),
        ({"format": ["panel", "keynote"]}, {PANEL, LOGS}),
        ({"city": ["Vienna"]}, {RUST}),
        ({"event": ["streamhaus-2024"]}, {EXACTLY_ONCE, PANEL}),
        ({"project": ["no-such-project"]}, set()),
        ({"year": ["two thousand"]}, set()),
        ({"project": []}, {EXACTLY_ONCE, PANEL, LOGS, CDC, RUST, NOWHERE}),
    ],
)
def test_facets_narrow(conn: sqlite3.Connection, chosen: dict[str, list[str]], expected: set[str]) -> None:
    assert set(titles(found(conn, chosen=chosen))) == expected


def test_facets_count_the_talks_found(conn: sqlite3.Connection) -> None:
    results = found(conn, "kafka")
    assert counts(results, "project") == {"Kafka": 3, "Flink": 1, "PostgreSQL": 1}
    assert counts(results, "year") == {"2024": 1, "2023": 2}
    assert counts(results, "speaker") == {"Mirela Vantongeren": 2, "Odd Brekke": 1, "Tobi Adeyemi": 1}
    assert counts(results, "format") == {"Talk": 2, "Keynote": 1}
    assert counts(results, "city") == {"Lisbon": 3}


def test_a_facet_ignores_its_own_choice_and_heeds_all_others(conn: sqlite3.Connection) -> None:
    results = found(conn, chosen={"year": ["2024"]})
    assert results.total == 2
    assert counts(results, "year") == {"2024": 2, "2023": 2, "2022": 1}
    assert counts(results, "project") == {"Flink": 1, "Kafka": 1}


def test_every_count_is_what_choosing_the_value_gives(conn: sqlite3.Connection) -> None:
    for facet in found(conn, "kafka").facets:
        for value in facet.values:
            assert found(conn, "kafka", chosen={facet.name: [value.value]}).total == value.count


def test_a_chosen_value_without_talks_stays_to_be_taken_away(conn: sqlite3.Connection) -> None:
    results = found(conn, "kafka", chosen={"project": ["rust"]})
    assert results.total == 0
    assert results.total_unfiltered == 3
    [facet] = [facet for facet in results.facets if facet.name == "project"]
    [rust] = [value for value in facet.values if value.value == "rust"]
    assert (rust.label, rust.count, rust.selected) == ("Rust", 0, True)


def test_pages_follow_one_another(conn: sqlite3.Connection) -> None:
    everything = titles(found(conn))
    pages = [titles(found(conn, limit=4, offset=offset)) for offset in (0, 4, 8)]
    assert pages == [everything[:4], everything[4:], []]


def test_sorting_by_date_puts_the_newest_first(conn: sqlite3.Connection) -> None:
    assert titles(found(conn, "kafka", sort="date")) == [EXACTLY_ONCE, LOGS, CDC]


def test_words_are_marked_whose_stem_has_a_stem_of_its_own(tmp_path: Path) -> None:
    """The stem of "databases" is "databas", and that of "databas" would be "databa"."""
    talk = Talk(title="One database too many", lines=(1, 1))
    path = write_database(
        tmp_path / "talkdex.db",
        [Note(path="a.md", kind="report", talks=[talk])],
        {"a.md": ["Databases of embeddings."]},
    )
    with read_database(path) as conn:
        [hit] = found(conn, "databases embedding ").hits
    assert hit.html == "One <mark>database</mark> too many"
    assert hit.snippet == "<mark>Databases</mark> of <mark>embeddings</mark>."


def test_a_word_of_letters_that_sqlite_does_not_know_is_nowhere(conn: sqlite3.Connection) -> None:
    assert found(conn, "\u19b0").total == 0
    assert found(conn, "kafka \u19b0 ").total == found(conn, "kafka ").total


@pytest.mark.parametrize("text", ["", "kafka", "kafka streams", '"exactly once" -kafka', "year:2024 log"])
def test_a_database_without_talks_can_be_searched(tmp_path: Path, text: str) -> None:
    path = write_database(
        tmp_path / "talkdex.db", [Note(path="a.md", kind="other")], {"a.md": ["Nothing but thoughts."]}
    )
    with read_database(path) as conn:
        assert found(conn, text).total == 0


def test_what_is_marked_is_escaped(conn: sqlite3.Connection) -> None:
    escaped = sqlite3.connect(":memory:")
    conn.backup(escaped)
    talk = escaped.execute("SELECT id FROM talks WHERE title = ?", (PANEL,)).fetchone()[0]
    escaped.execute(
        "UPDATE talks SET title = '<b>Who</b> & \"schema\"', notes = '<img src=x> nobody' WHERE id = ?", (talk,)
    )
    escaped.execute("INSERT INTO talks_fts(talks_fts) VALUES ('rebuild')")
    [hit] = [hit for hit in found(escaped, "nobody").hits if "Who" in hit.talk.title]
    assert hit.html == "&lt;b&gt;Who&lt;/b&gt; &amp; &quot;schema&quot;"
    assert "<img" not in hit.snippet
    assert "<mark>nobody</mark>" in hit.snippet


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_results(database: Any, text: str) -> None:
    with sqlite3.connect(database) as conn:
        results = found(conn, text)
    assert results.total >= len(results.hits)


def test_a_time_limit_ends_the_search(conn: sqlite3.Connection) -> None:
    found(conn, "kafka")
    conn.set_progress_handler(lambda: 1, 1)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        found(conn, "kafka")
