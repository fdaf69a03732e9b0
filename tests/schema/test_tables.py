"""The tables as migrations make them."""

import sqlite3

import pytest
from sqlite_utils import Database

from talkdex.ingest.store.rows import TABLES
from talkdex.schema.tables import migrations

HIDDEN = {
    "_notes",
    "_places",
    "_columns",
    "_postings",
    "_terms",
    "_facets",
    "_talk_values",
    "_names",
    "_passages",
    "_passage_chunks",
}


@pytest.fixture(scope="module")
def db():
    db = Database(memory=True)
    migrations.apply(db)
    return db


def own_tables(db: Database) -> list[str]:
    return [name for name in db.table_names() if "_fts" not in name and name != "_sqlite_migrations"]


def test_the_load_fills_every_table(db):
    written = {table.name for table in TABLES} | HIDDEN
    assert set(own_tables(db)) == written


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_load_fills_every_column(db, table):
    assert tuple(column.name for column in db[table.name].columns) == table.columns
    assert db[table.name].pks == list(table.columns[: table.key])


def test_every_table_is_strict(db):
    strict = {row[1]: row[5] for row in db.execute("PRAGMA table_list") if row[2] == "table"}
    assert all(strict[name] for name in own_tables(db))
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO tags VALUES (1, 'a', x'00')")


def test_every_reference_has_an_index(db):
    for name in own_tables(db):
        first_columns = {index.columns[0] for index in db[name].indexes} | {db[name].pks[0]}
        for reference in db[name].foreign_keys:
            assert reference.column in first_columns, f"{name}.{reference.column}"


def test_every_column_that_names_another_row_is_a_reference(db):
    for name in own_tables(db):
        referring = {reference.column for reference in db[name].foreign_keys}
        named = {column.name for column in db[name].columns if column.name.endswith("_id")}
        assert named == referring, name


@pytest.mark.parametrize("table", ["venues", "events", "talks", "speakers", "projects", "tags"])
def test_slugs_are_unique(db, table):
    assert any(index.unique and index.columns == ["slug"] for index in db[table].indexes)


@pytest.mark.parametrize("view", ["talk_list", "takeaway_list", "talk_texts"])
def test_views_can_be_read(db, view):
    assert db.execute(f"SELECT * FROM {view}").fetchall() == []


def test_migrations_are_applied_once(db):
    migrations.apply(db)
    assert migrations.pending(db) == []
