"""Talks that are about the same things as a talk: a connection and its id in, the nearest out."""

import json
import sqlite3
from collections import defaultdict
from math import log
from typing import NamedTuple

import numpy as np

from talkdex.datasette_plugins.kept_arrays import ids_by_place
from talkdex.datasette_plugins.records import read_talks, rows
from talkdex.datasette_plugins.search import meaning
from talkdex.schema.api import Talk

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
    SELECT 'project' AS kind, project_id AS id, (
        SELECT count(*) FROM talk_projects AS others WHERE others.project_id = talk_projects.project_id) AS talks
    FROM talk_projects WHERE talk_id = :talk
    UNION ALL
    SELECT 'tag', tag_id, (SELECT count(*) FROM talk_tags AS others WHERE others.tag_id = talk_tags.tag_id)
    FROM talk_tags WHERE talk_id = :talk
    UNION ALL
    SELECT 'speaker', speaker_id, (
        SELECT count(*) FROM talk_speakers AS others WHERE others.speaker_id = talk_speakers.speaker_id)
    FROM talk_speakers WHERE talk_id = :talk
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
    talks: int


def related_talks(conn: sqlite3.Connection, talk_id: int, limit: int) -> list[Talk]:
    """The talks that share most with this one, the more the rarer it is, and whose notes say the most like it."""
    subjects = [Subject(*row) for row in rows(conn, SUBJECTS, {"talk": talk_id})]
    all_talks = rows(conn, ALL_TALKS)[0][0]
    scores = _shared(conn, talk_id, [subject for subject in subjects if 1 < subject.talks <= TOO_COMMON], all_talks)
    for talk, nearness in _near_in_meaning(conn, talk_id).items():
        scores[talk] += log(all_talks) * (nearness - NEAR) / MUCH_NEARER
    least = LEAST * log(all_talks)
    nearest = sorted((talk for talk in scores if scores[talk] >= least), key=lambda talk: (-scores[talk], talk))
    return read_talks(conn, nearest[:limit])


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


def _shared(conn: sqlite3.Connection, talk_id: int, subjects: list[Subject], all_talks: int) -> dict[int, float]:
    """For each other talk that has any of the subjects, how much it shares."""
    scores: dict[int, float] = defaultdict(float)
    for kind, having in HAVING.items():
        weights = {s.id: WEIGHTS[kind] * log(all_talks / s.talks) for s in subjects if s.kind == kind}
        for subject, talk in rows(conn, having, {"ids": json.dumps(list(weights)), "talk": talk_id}):
            scores[talk] += weights[subject]
    scores.pop(talk_id, None)
    return scores
