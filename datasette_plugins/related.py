"""Talks that are about the same things as a talk: a connection and its id in, the nearest out, and why they are."""

import sqlite3
from collections.abc import Mapping
from math import log
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from talkdex.datasette_plugins.kept_arrays import ids_by_place
from talkdex.datasette_plugins.records import read_talks
from talkdex.datasette_plugins.search import meaning
from talkdex.schema.api import RelatedTalk, Shared
from talkdex.schema.search_index import HOLE

SubjectKind = Literal["project", "speaker", "tag"]
# What more talks have than this says little about any two of them, and costs much to look through.
TOO_COMMON = 2000
# A speaker returns to a subject; a tag that a whole file has is often no more than "conference".
WEIGHTS: Mapping[SubjectKind, float] = {"speaker": 1.5, "project": 1.0, "tag": 0.6}
# Of what a talk with a subject of its own would share. One subject that many talks have does not make them related.
LEAST = 0.25
# Talks nearer than this in meaning are on a related subject, so nearly the same one when they are this much nearer.
NEAR = 0.45
MUCH_NEARER = 0.4
LOOKED_AT = 50  # of the talks that are nearest at first sight

# CROSS JOIN keeps SQLite from looking through all values that so many talks have.
SUBJECTS = """
    WITH subjects(kind, slug) AS (
        SELECT 'project', slug FROM talk_projects JOIN projects ON projects.id = project_id WHERE talk_id = :talk
        UNION ALL
        SELECT 'tag', slug FROM talk_tags JOIN tags ON tags.id = tag_id WHERE talk_id = :talk
        UNION ALL
        SELECT 'speaker', slug FROM talk_speakers JOIN speakers ON speakers.id = speaker_id WHERE talk_id = :talk)
    SELECT kind, slug, label, talks, places
    FROM subjects CROSS JOIN _facets ON facet = kind AND value = slug
    WHERE talks BETWEEN 2 AND :most
"""
# The tags of a file are those of all of its talks: they tell nothing about two talks of one file.
PLACES_OF_FILE = """
    SELECT place FROM talks JOIN _places ON talk_id = talks.id
    WHERE post_id = (SELECT post_id FROM talks WHERE id = :talk)
"""


class Subject(NamedTuple):
    """A project, tag or speaker of the talk, the other talks that have it, and how much it says of two talks that both
    have it: the more the rarer it is."""

    kind: SubjectKind
    slug: str
    name: str
    others: BitMap
    weight: float


def related_talks(conn: sqlite3.Connection, talk_id: int, limit: int) -> list[RelatedTalk]:
    """The talks that share most with this one, the more the rarer it is, and whose notes say the most like it."""
    talk_ids = ids_by_place(conn)
    most = log(np.count_nonzero(talk_ids != HOLE))
    subjects = _subjects(conn, talk_id, most)
    near = _near_in_meaning(conn, talk_id, talk_ids)
    scores = np.zeros(len(talk_ids))
    for subject in subjects:
        scores[subject.others.to_array()] += subject.weight
    for place, nearness in near.items():
        scores[place] += most * (nearness - NEAR) / MUCH_NEARER
    scores[talk_ids == talk_id] = 0
    found = np.flatnonzero((scores >= LEAST * most) & (scores > 0))
    best = found[np.lexsort((talk_ids[found], -scores[found]))][:limit].tolist()
    return [
        RelatedTalk(
            **dict(talk),
            score=round(float(scores[place]) / most, 4),
            shared=[Shared(kind=one.kind, slug=one.slug, name=one.name) for one in subjects if place in one.others],
            nearness=round(near[place], 4) if place in near else None,
        )
        for place, talk in zip(best, read_talks(conn, talk_ids[best].tolist()), strict=True)
    ]


def _subjects(conn: sqlite3.Connection, talk_id: int, most: float) -> list[Subject]:
    """What the talk shares with others, the most telling first; but for what many talks have."""
    of_file = BitMap(place for (place,) in conn.execute(PLACES_OF_FILE, {"talk": talk_id}))
    subjects = []
    for kind, slug, name, talks, places in conn.execute(SUBJECTS, {"talk": talk_id, "most": TOO_COMMON}):
        having = BitMap.deserialize(places)
        others = having - of_file if kind == "tag" else having
        subjects.append(Subject(kind, slug, name, others, WEIGHTS[kind] * (most - log(talks))))
    return sorted(subjects, key=lambda subject: (-subject.weight, subject.name))


def _near_in_meaning(conn: sqlite3.Connection, talk_id: int, talk_ids: NDArray[np.int64]) -> dict[int, float]:
    """The places of talks that are near to this one in meaning, and how near; none in a database without vectors."""
    vector = meaning.vector_of_talk(conn, talk_id)
    if vector is None:
        return {}
    looks = meaning.first_look(conn, vector, len(talk_ids))
    best = np.argpartition(-looks, LOOKED_AT)[:LOOKED_AT] if len(looks) > LOOKED_AT else np.arange(len(looks))
    place_of = dict(zip(talk_ids[best].tolist(), best.tolist(), strict=True))
    nearest = meaning.exact_look(conn, vector, place_of)
    return {place_of[talk]: one.nearness for talk, one in nearest.items() if one.nearness > NEAR and talk != talk_id}
