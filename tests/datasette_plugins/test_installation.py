"""The plugins work in a Datasette of any kind, and beside anything else that it serves."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from knowledge import Serve


@pytest.mark.parametrize("name", ["talks", "map"])
def test_a_database_named_like_our_pages_gets_another_address(
    serve: Serve, database: Path, tmp_path: Path, name: str
) -> None:
    shutil.copy(database, tmp_path / f"{name}.db")
    site = serve(tmp_path / f"{name}.db")
    assert site.get("/talks/who-owns-the-schema-streamhaus-2024").status_code == 200
    assert "Talks, readable" in site.get("/talkdex/talk_list").text
    assert 'href="/talkdex">Tables and SQL' in site.get("/").text


def test_a_database_of_any_other_name_works(serve: Serve, database: Path, tmp_path: Path) -> None:
    shutil.copy(database, tmp_path / "my notes.db")
    site = serve(tmp_path / "my notes.db")
    assert site.get("/search?q=kafka").status_code == 200
    assert "Talks, readable" in site.get("/my+notes/talk_list").text
    assert 'href="/my+notes"' in site.get("/").text


def test_other_databases_keep_datasettes_first_page(serve: Serve, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE things (id INTEGER PRIMARY KEY)")
    site = serve(other)
    first = site.get("/")
    assert first.status_code == 200 and "/other/things" in first.text
    assert site.get("/search").status_code == 404
    assert site.get("/api/v1/talks").json()["status"] == 404
    assert site.get("/other/things").status_code == 200
