"""The slug that each talk would like to have in, the one that it gets out: no two the same, and all of them on disk."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import NamedTuple

from talkdex.ingest.store.slugs import distinct_slugs

CREATE = """
    DROP TABLE IF EXISTS temp.talk_slugs;
    CREATE TEMP TABLE talk_slugs (
        path TEXT, position INTEGER, key TEXT, slug TEXT, PRIMARY KEY (path, position)) WITHOUT ROWID;
"""
ADD = "INSERT INTO talk_slugs(path, position, key, slug) VALUES (?, ?, ?, ?)"
ADD_INDEX = "CREATE INDEX temp.idx_talk_slugs ON talk_slugs(slug)"
WANTED_BY_SEVERAL = """
    SELECT path, position, key, slug FROM talk_slugs
    WHERE slug IN (SELECT slug FROM talk_slugs GROUP BY slug HAVING count(*) > 1)
"""
CHANGE = "UPDATE talk_slugs SET slug = ? WHERE path = ? AND position = ?"
OTHER_THAN_THERE = """
    SELECT DISTINCT path
    FROM talk_slugs AS wanted
    JOIN posts USING (path)
    JOIN talks ON talks.post_id = posts.id AND talks.position = wanted.position
    WHERE talks.slug != wanted.slug
"""
OF_NOTES = "SELECT path, position, slug FROM talk_slugs WHERE path IN (SELECT value FROM json_each(?))"
IS_WANTED = "SELECT 1 FROM talk_slugs WHERE slug = ?"


class Wanted(NamedTuple):
    """A talk by its note and its place there, and the slug that it would like. The first `key` of several gets it."""

    path: str
    position: int
    key: str
    slug: str


class TalkSlugs:
    """The slugs of all talks, in a temporary table."""

    def __init__(self, conn: sqlite3.Connection):
        self._conn = conn
        for statement in CREATE.strip().split("\n    ", 1):
            conn.execute(statement)

    def want(self, wanted: Iterable[Wanted]) -> None:
        self._conn.executemany(ADD, wanted)

    def settle(self) -> list[str]:
        """Give each talk its slug. The paths of notes of which the database has talks with another one."""
        self._conn.execute(ADD_INDEX)
        several = {one.key: one for one in map(Wanted._make, self._conn.execute(WANTED_BY_SEVERAL))}
        slugs = distinct_slugs({key: one.slug for key, one in several.items()}, self)
        changed = ((slugs[key], one.path, one.position) for key, one in several.items() if slugs[key] != one.slug)
        self._conn.executemany(CHANGE, changed)
        return [path for (path,) in self._conn.execute(OTHER_THAN_THERE)]

    def __contains__(self, slug: object) -> bool:
        with closing(self._conn.execute(IS_WANTED, [slug])) as found:
            return found.fetchone() is not None

    def of(self, paths: Iterable[str]) -> dict[tuple[str, int], str]:
        """The slugs of the talks of these notes, by the note's path and the talk's place in it."""
        found = self._conn.execute(OF_NOTES, [json.dumps(list(paths))])
        return {(path, position): slug for path, position, slug in found}
