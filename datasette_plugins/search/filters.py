"""Filters typed into the search box in, the values of facets that they mean out: `speaker:hightower`, `tag:k8s`."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from pyroaring import BitMap

from talkdex.datasette_plugins.search.parse import TypedFilter, readable
from talkdex.datasette_plugins.search.words import Mask
from talkdex.ingest.store.slugs import slugify
from talkdex.schema.api import UnderstoodFilter

MOST_VALUES = 200  # that one word may stand for

EXACT = "SELECT label, places FROM _facets WHERE facet = ? AND value IN (?, ?) ORDER BY value = ? DESC LIMIT 1"
# "hightower" in "kelsey-hightower", but not "go" in "mongodb"
WITH_WORDS = """
    SELECT label, places FROM _facets
    WHERE facet = ? AND '-' || value || '-' LIKE '%-' || ? || '-%'
    ORDER BY talks DESC LIMIT ?
"""
CITIES = "SELECT label, places FROM _facets WHERE facet = 'city' ORDER BY talks DESC"


class Narrowed(NamedTuple):
    """The places of the talks that a filter means, and how it was understood."""

    places: BitMap
    understood: UnderstoodFilter


def resolve(conn: sqlite3.Connection, typed: Iterable[TypedFilter]) -> list[Narrowed]:
    """The talks that each filter means: those with the value of this name, or else with any that has its words."""
    return [_resolve(conn, one) for one in typed]


def among(filters: Iterable[Narrowed], size: int) -> Mask:
    """Which of the talks at `size` places pass: they have one of the values wanted in each facet, and none unwanted."""
    unwanted = np.zeros(size, bool)
    wanted: dict[str, Mask] = {}
    for places, understood in filters:
        having = unwanted if understood.unwanted else wanted.setdefault(understood.facet, np.zeros(size, bool))
        having[places.to_array()] = True
    passing: Mask = np.logical_and.reduce([~unwanted, *wanted.values()])
    return passing


def _resolve(conn: sqlite3.Connection, typed: TypedFilter) -> Narrowed:
    value = readable(typed.value)
    slug = slugify(value)
    found = conn.execute(EXACT, [typed.facet, value, slug, slug]).fetchall()
    if not found:
        found = _cities(conn, slug) if typed.facet == "city" else _with_words(conn, typed.facet, slug)
    labels = [label for label, _ in found]
    understood = UnderstoodFilter(facet=typed.facet, typed=value, labels=labels, unwanted=typed.unwanted)
    return Narrowed(BitMap().union(*(BitMap.deserialize(places) for _, places in found)), understood)


def _with_words(conn: sqlite3.Connection, facet: str, slug: str) -> list[tuple[str, bytes]]:
    return conn.execute(WITH_WORDS, [facet, slug, MOST_VALUES]).fetchall()


def _cities(conn: sqlite3.Connection, slug: str) -> list[tuple[str, bytes]]:
    """Cities with these words. Their values are no slugs but names: "malmo" is in "Malmö"."""
    return [(city, places) for city, places in conn.execute(CITIES) if f"-{slug}-" in f"-{slugify(city)}-"]
