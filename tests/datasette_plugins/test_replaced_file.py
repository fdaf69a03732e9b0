"""A database moved to the place of the one that is served in, whole answers out: of the old one, then of the new one."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from urllib.error import HTTPError

import pytest
from generated_notes import write_notes
from serving import fetch, serving, wait_until

SWAPS = 12


@pytest.fixture(scope="module")
def editions(tmp_path_factory) -> list[Path]:
    """Two databases, the second with more talks."""
    folder = tmp_path_factory.mktemp("editions")
    built = [folder / "few.db", folder / "many.db"]
    for database, count in zip(built, (6, 14), strict=True):
        notes = folder / database.stem
        write_notes(notes, count, seed=count)
        build = [sys.executable, "-m", "talkdex.ingest.cli", "build", str(notes), "-o", str(database), "--quiet"]
        subprocess.run(build, check=True)
    return built


def put(edition: Path, folder: Path) -> None:
    """As rsync does it: a copy under another name first, which then takes the name."""
    shutil.copy2(edition, folder / ".talkdex.db.new")
    os.replace(folder / ".talkdex.db.new", folder / "talkdex.db")


def titles(url: str) -> list[str]:
    return [talk["title"] for talk in json.loads(fetch(f"{url}api/v1/talks?limit=200&sort=title"))["items"]]


def files_without_name(process: int) -> list[str]:
    """What a process holds open although it is gone."""
    opened = Path(f"/proc/{process}/fd").iterdir()
    return [target for file in opened if (target := os.path.realpath(file)).endswith(".db (deleted)")]


@pytest.mark.parametrize("workers", [1, 2])
def test_readers_get_whole_answers_while_files_are_replaced(workers, editions, tmp_path):
    put(editions[0], tmp_path)
    with serving("talkdex.db", "--workers", workers, cwd=tmp_path) as (url, _):
        few = titles(url)
        put(editions[1], tmp_path)
        many = titles(url)
        assert len(few) < len(many)
        answers: list[list[str]] = []
        failed: list[Exception] = []
        ended = threading.Event()

        def read() -> None:
            while not ended.is_set():
                try:
                    answers.append(titles(url))
                except Exception as error:
                    failed.append(error)

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for number in range(SWAPS):
            wanted = len(answers) + 2
            put(editions[number % 2], tmp_path)
            wait_until(lambda wanted=wanted: len(answers) >= wanted or bool(failed))
        ended.set()
        for reader in readers:
            reader.join()
        assert failed == []
        assert all(answer in (few, many) for answer in answers)
        assert few in answers
        assert [titles(url) for _ in range(10)] == [many] * 10


def test_pages_and_tables_follow_and_the_old_file_is_let_go(editions, tmp_path):
    put(editions[0], tmp_path)
    with serving("talkdex.db", cwd=tmp_path) as (url, process):
        few = titles(url)
        assert fetch(f"{url}talkdex/talks.json?_shape=array&_size=max").count('"title"') == len(few)
        put(editions[1], tmp_path)
        many = titles(url)
        assert fetch(f"{url}talkdex/talks.json?_shape=array&_size=max").count('"title"') == len(many)
        assert f"{len(many)} talks" in fetch(url)
        wait_until(lambda: bool(titles(url)) and not files_without_name(process.pid))


def test_a_damaged_copy_is_healed_by_the_next(editions, tmp_path):
    put(editions[0], tmp_path)
    with serving("talkdex.db", cwd=tmp_path) as (url, _):
        few = titles(url)
        (tmp_path / "damaged").write_bytes(b"half of a copy" * 1000)
        os.replace(tmp_path / "damaged", tmp_path / "talkdex.db")
        for _ in range(5):
            with pytest.raises(HTTPError, match=r"HTTP Error 50[03]"):
                fetch(f"{url}api/v1/talks?limit=200&sort=title")
        put(editions[1], tmp_path)
        assert [len(titles(url)) > len(few) for _ in range(5)] == [True] * 5


def test_copies_on_several_machines_have_the_same_tags(editions, tmp_path, serve):
    """So that a cache in front of them need not fetch again what another one has answered."""
    tags = []
    for machine in ("one", "two"):
        (tmp_path / machine).mkdir()
        put(editions[1], tmp_path / machine)
        tags.append(serve(tmp_path / machine / "talkdex.db").get("/api/v1/stats").headers["etag"])
    assert tags[0] == tags[1]
