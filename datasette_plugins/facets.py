"""The facets that talks can be narrowed by: which talks have a value, and how many of some talks have each value."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from talkdex.schema.api import Facet, FacetValue

VALUES_SHOWN = 30


@dataclass(frozen=True)
class FacetQueries:
    """`members` gives the talks that have one of `:values`, `counts` the values of the talks in `:talks` with their
    number, and `labels` the names of `:values`. The parameters are JSON arrays."""

    title: str
    members: str
    counts: str
    labels: str


# By the name of the query parameter, in the order in which a page shows them.
FACETS: Mapping[str, FacetQueries] = {
    "project": FacetQueries(
        "Project",
        members="""
            SELECT talk_id FROM projects JOIN talk_projects ON project_id = projects.id
            WHERE slug IN (SELECT value FROM json_each(:values))""",
        counts="""
            SELECT slug AS value, name AS label, count(*) AS talks
            FROM json_each(:talks) AS wanted
            JOIN talk_projects ON talk_id = wanted.value
            JOIN projects ON projects.id = project_id
            GROUP BY projects.id
            ORDER BY slug IN (SELECT value FROM json_each(:values)) DESC, talks DESC, label""",
        labels="SELECT slug, name FROM projects WHERE slug IN (SELECT value FROM json_each(:values))",
    ),
    "tag": FacetQueries(
        "Tag",
        members="""
            SELECT talk_id FROM tags JOIN talk_tags ON tag_id = tags.id
            WHERE slug IN (SELECT value FROM json_each(:values))""",
        counts="""
            SELECT slug AS value, name AS label, count(*) AS talks
            FROM json_each(:talks) AS wanted
            JOIN talk_tags ON talk_id = wanted.value
            JOIN tags ON tags.id = tag_id
            GROUP BY tags.id
            ORDER BY slug IN (SELECT value FROM json_each(:values)) DESC, talks DESC, label""",
        labels="SELECT slug, name FROM tags WHERE slug IN (SELECT value FROM json_each(:values))",
    ),
    "event": FacetQueries(
        "Event",
        members="""
            SELECT talks.id FROM events JOIN talks ON event_id = events.id
            WHERE events.slug IN (SELECT value FROM json_each(:values))""",
        counts="""
            SELECT events.slug AS value, name AS label, count(*) AS talks
            FROM json_each(:talks) AS wanted
            JOIN talks ON talks.id = wanted.value
            JOIN events ON events.id = event_id
            GROUP BY events.id
            ORDER BY events.slug IN (SELECT value FROM json_each(:values)) DESC, talks DESC, label""",
        labels="SELECT slug, name FROM events WHERE slug IN (SELECT value FROM json_each(:values))",
    ),
    "year": FacetQueries(
        "Year",
        members="""
            SELECT talks.id FROM events JOIN talks ON event_id = events.id
            WHERE year IN (SELECT CAST(value AS INTEGER) FROM json_each(:values))""",
        counts="""
            SELECT CAST(year AS TEXT) AS value, CAST(year AS TEXT) AS label, count(*) AS talks
            FROM json_each(:talks) AS wanted
            JOIN talks ON talks.id = wanted.value
            JOIN events ON events.id = event_id
            WHERE year IS NOT NULL
            GROUP BY year
            ORDER BY year DESC""",
        labels="SELECT value, value FROM json_each(:values)",
    ),
    "speaker": FacetQueries(
        "Speaker",
        members="""
            SELECT talk_id FROM speakers JOIN talk_speakers ON speaker_id = speakers.id
            WHERE slug IN (SELECT value FROM json_each(:values))""",
        counts="""
            SELECT slug AS value, name AS label, count(*) AS talks
            FROM json_each(:talks) AS wanted
            JOIN talk_speakers ON talk_id = wanted.value
            JOIN speakers ON speakers.id = speaker_id
            GROUP BY speakers.id
            ORDER BY slug IN (SELECT value FROM json_each(:values)) DESC, talks DESC, label""",
        labels="SELECT slug, name FROM speakers WHERE slug IN (SELECT value FROM json_each(:values))",
    ),
    "format": FacetQueries(
        "Format",
        members="SELECT id FROM talks WHERE format IN (SELECT value FROM json_each(:values))",
        counts="""
            SELECT format AS value, upper(substr(format, 1, 1)) || substr(format, 2) AS label, count(*) AS talks
            FROM json_each(:talks) AS wanted
            JOIN talks ON talks.id = wanted.value
            GROUP BY format
            ORDER BY format IN (SELECT value FROM json_each(:values)) DESC, talks DESC, label""",
        labels="SELECT value, upper(substr(value, 1, 1)) || substr(value, 2) FROM json_each(:values)",
    ),
    "city": FacetQueries(
        "City",
        members="""
            SELECT talks.id FROM events JOIN talks ON event_id = events.id
            WHERE city IN (SELECT value FROM json_each(:values))""",
        counts="""
            SELECT city AS value, city AS label, count(*) AS talks
            FROM json_each(:talks) AS wanted
            JOIN talks ON talks.id = wanted.value
            JOIN events ON events.id = event_id
            WHERE city IS NOT NULL
            GROUP BY city
            ORDER BY city IN (SELECT value FROM json_each(:values)) DESC, talks DESC, label""",
        labels="SELECT value, value FROM json_each(:values)",
    ),
}

Chosen = Mapping[str, Collection[str]]  # the values chosen in each facet, by its name


def members_of(conn: sqlite3.Connection, chosen: Chosen) -> dict[str, set[int]]:
    """For each facet in which something is chosen, the talks that have one of the values."""
    return {
        name: {talk for (talk,) in conn.execute(FACETS[name].members, {"values": _array(values)})}
        for name, values in chosen.items()
        if values
    }


def narrow(talks: set[int], members: Mapping[str, set[int]], *, ignoring: str | None = None) -> set[int]:
    """The talks that are among the members of every facet; the facet `ignoring` does not count."""
    return talks.intersection(*(having for name, having in members.items() if name != ignoring))


def count_facets(
    conn: sqlite3.Connection,
    talks: set[int],
    chosen: Chosen,
    members: Mapping[str, set[int]],
    names: Iterable[str],
) -> list[Facet]:
    """The named facets of these talks, counted exactly. What is chosen in a facet narrows the counts of all others, not
    its own, so that a second value of it shows how many talks it would add."""
    return [count_facet(conn, name, narrow(talks, members, ignoring=name), chosen.get(name, ())) for name in names]


def count_facet(conn: sqlite3.Connection, name: str, talks: set[int], selected: Collection[str]) -> Facet:
    """One facet of these talks. Selected values come first, and are there even where no talk has them."""
    queries = FACETS[name]
    parameters = {"talks": _array(talks), "values": _array(selected)}
    counted = conn.execute(queries.counts, parameters).fetchmany(VALUES_SHOWN + 1)
    values = [
        FacetValue(value=value, label=label, count=count, selected=value in selected)
        for value, label, count in counted[:VALUES_SHOWN]
    ]
    missing = [value for value in selected if value not in {shown.value for shown in values}]
    labels = dict(map(tuple, conn.execute(queries.labels, {"values": _array(missing)}))) if missing else {}
    values += [FacetValue(value=value, label=labels.get(value, value), count=0, selected=True) for value in missing]
    return Facet(name=name, title=queries.title, values=values, more=len(counted) > VALUES_SHOWN)


def _array(values: Iterable[object]) -> str:
    return json.dumps(list(values))
