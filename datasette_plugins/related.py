"""Talks that are about the same things as a talk: a connection and its id in, the nearest out, and why they are."""

import json
import sqlite3
from collections import defaultdict
from math import log
from typing import NamedTuple

import numpy as np

from talkdex.datasette_plugins.kept_arrays import ids_by_place
from talkdex.datasette_plugins.records import read_talks, rows
from talkdex.datasette_plugins.search import meaning
from talkdex.schema.api import RelatedTalk, Shared

# What more talks have than this says little about any two of them, and costs much to look through.
TOO_COMMON = 2000
# A speaker returns to a subject; a tag that a whole file has is often no more than "conference".
WEIGHTS = {"speaker": 1.5, "project": 1.0, "tag": 0.6}
# Of what a talk with a subject of its own would share. One subject that many talks have does not make them related.
LEAST = 0.25
# Talks nearer than this in meaning are on a related subject, so nearly the same one when they are this much nearer.
NEAR = 0.45
MUCH_NEARER = 0.4
LOOKED_AT = 50  # of the talks that are nearest at first sight

SUBJECTS = """
    SELECT 'project' AS kind, id, slug, name, (
        SELECT count(*) FROM talk_projects AS others WHERE others.project_id = projects.id) AS talks
    FROM talk_projects JOIN projects ON projects.id = project_id WHERE talk_id = :talk
    UNION ALL
    SELECT 'tag', id, slug, name, (SELECT count(*) FROM talk_tags AS others WHERE others.tag_id = tags.id)
    FROM talk_tags JOIN tags ON tags.id = tag_id WHERE talk_id = :talk
    UNION ALL
    SELECT 'speaker', id, slug, name, (
        SELECT count(*) FROM talk_speakers AS others WHERE others.speaker_id = speakers.id)
    FROM talk_speakers JOIN speakers ON speakers.id = speaker_id WHERE talk_id = :talk
"""
ALL_TALKS = "SELECT count(*) FROM talks"
# The tags of a file are those of all of its talks: they tell nothing about two talks of one file.
HAVING = {
    "project": "SELECT project_id, talk_id FROM talk_projects WHERE project_id IN (SELECT value FROM json_each(:ids))",
    "tag": """
        SELECT tag_id, talk_id FROM talk_tags JOIN talks ON talks.id = talk_id
        WHERE tag_id IN (SELECT value FROM json_each(:ids))
            AND post_id != (SELECT post_id FROM talks WHERE id = :talk)""",
    "speaker": "SELECT speaker_id, talk_id FROM talk_speakers WHERE speaker_id IN (SELECT value FROM json_each(:ids))",
}


class Subject(NamedTuple):
    """A project, tag or speaker of the talk, and how many talks have it."""

    kind: str
    id: int
    slug: str
    name: str
    talks: int

    def weight(self, all_talks: int) -> float:
        """How much it says of two of so many talks that both have it: the more the rarer it is."""
        return WEIGHTS[self.kind] * log(all_talks / self.talks)


def related_talks(conn: sqlite3.Connection, talk_id: int, limit: int) -> list[RelatedTalk]:
    """The talks that share most with this one, the more the rarer it is, and whose notes say the most like it."""
    all_talks = rows(conn, ALL_TALKS)[0][0]
    most = log(all_talks)
    shared = _shared(conn, talk_id, all_talks)
    near = _near_in_meaning(conn, talk_id)
    scores = {
        talk: sum(subject.weight(all_talks) for subject in shared.get(talk, ()))
        + most * (near.get(talk, NEAR) - NEAR) / MUCH_NEARER
        for talk in shared.keys() | near.keys()
    }
    best = sorted((talk for talk in scores if scores[talk] >= LEAST * most), key=lambda talk: (-scores[talk], talk))
    return [
        RelatedTalk(
            **dict(talk),
            score=round(scores[other] / most, 4),
            shared=[Shared(kind=one.kind, slug=one.slug, name=one.name) for one in shared.get(other, ())],
            nearness=round(near[other], 4) if other in near else None,
        )
        for other, talk in zip(best[:limit], read_talks(conn, best[:limit]), strict=True)
    ]


def _near_in_meaning(conn: sqlite3.Connection, talk_id: int) -> dict[int, float]:
    """The talks that are near to this one in meaning, and how near; none in a database without vectors."""
    vector = meaning.vector_of_talk(conn, talk_id)
    if vector is None:
        return {}
    talk_ids = ids_by_place(conn)
    looks = meaning.first_look(conn, vector, len(talk_ids))
    best = talk_ids[np.argsort(-looks)[:LOOKED_AT]]
    nearest = meaning.exact_look(conn, vector, best.tolist())
    return {talk: one.nearness for talk, one in nearest.items() if one.nearness > NEAR and talk != talk_id}


def _shared(conn: sqlite3.Connection, talk_id: int, all_talks: int) -> dict[int, list[Subject]]:
    """The subjects that each other talk has, too, the most telling first, but for those that many have."""
    subjects = [Subject(*row) for row in rows(conn, SUBJECTS, {"talk": talk_id})]
    telling = {(one.kind, one.id): one for one in subjects if 1 < one.talks <= TOO_COMMON}
    shared: dict[int, list[Subject]] = defaultdict(list)
    for kind, having in HAVING.items():
        ids = [number for of, number in telling if of == kind]
        for subject, talk in rows(conn, having, {"ids": json.dumps(ids), "talk": talk_id}):
            shared[talk].append(telling[kind, subject])
    shared.pop(talk_id, None)
    for of_talk in shared.values():
        of_talk.sort(key=lambda subject: (-subject.weight(all_talks), subject.name))
    return shared
