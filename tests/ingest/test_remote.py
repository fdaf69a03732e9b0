"""Notes that lie behind a URL, listed and read as those on this machine are."""

import importlib
import os
import sys
from dataclasses import replace
from functools import partial
from uuid import uuid4

import pytest
from dumped import dump
from generated_notes import write_notes

from talkdex.ingest import build as building
from talkdex.ingest.errors import MissingExtraError, NotesError
from talkdex.ingest.notes import sources
from talkdex.ingest.notes.sources import find_sources, read_text
from talkdex.ingest.watch import Watch

fsspec = pytest.importorskip("fsspec", reason="notes behind a URL need the extra cluster")

build = partial(building.build, vectors=False)


@pytest.fixture
def url() -> str:
    """A folder in memory with what lies about beside notes."""
    folder = f"memory://{uuid4()}/notes"
    for name in ("README.md", "2024/day one.txt", "2023/pycon/keynote.md", "2023/pycon/slides.pdf", ".git/COMMIT.md"):
        fsspec.open(f"{folder}/{name}").fs.pipe(f"{folder}/{name}", f"# {name}\n".encode())
    return folder


def found(*urls: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return [source.path for source in find_sources(urls, exclude)]


def test_a_folder_gives_its_notes_sorted_by_path(url):
    assert found(url) == found(f"{url}/") == ["2023/pycon/keynote.md", "2024/day one.txt", "README.md"]


def test_a_file_or_a_glob_gives_what_it_matches(url):
    assert found(f"{url}/2024/day one.txt") == ["day one.txt"]
    assert found(f"{url}/20*") == ["2023/pycon/keynote.md", "2024/day one.txt"]
    assert found(f"{url}/**/*.md") == ["2023/pycon/keynote.md", "README.md"]


def test_excludes_are_those_of_a_folder_here(url):
    assert found(url, exclude=("2023",)) == ["2024/day one.txt", "README.md"]
    assert found(url, exclude=(f"{url}/2024",)) == ["2023/pycon/keynote.md", "README.md"]


def test_a_listing_tells_size_and_change_and_leaves_the_text_where_it_is(url):
    readme = find_sources([url])[-1]
    assert (readme.file, readme.size) == (f"{url}/README.md", len("# README.md\n"))
    before = readme.stamp
    fsspec.open(url).fs.pipe(f"{url}/README.md", b"# Changed.md\n")
    assert find_sources([url])[-1].stamp != before
    assert read_text(readme) == ("# Changed.md\n", ())


def test_a_file_that_vanished_or_is_too_large_gets_a_notice(url, monkeypatch):
    keynote, _, readme = find_sources([url])
    fsspec.open(url).fs.rm(f"{url}/README.md")
    assert read_text(readme)[1][0].kind == "unreadable"
    monkeypatch.setattr(sources, "MAX_BYTES", 10)
    for file in (keynote, replace(keynote, size=None)):  # not every listing tells the size
        text, (notice,) = read_text(file)
        assert text is None
        assert "larger than" in notice.message


def test_what_cannot_be_watched_says_so(url):
    with pytest.raises(NotesError, match=r"changes there cannot be watched"):
        Watch([url], [], print)


def test_urls_that_give_nothing_say_why(url):
    with pytest.raises(NotesError, match=r"^memory://nowhere: there are no notes in this folder"):
        find_sources(["memory://nowhere"])
    with pytest.raises(NotesError, match=r"^ftps3://bucket: this cannot be opened: Protocol not known: ftps3\.$"):
        find_sources(["ftps3://bucket"])
    with pytest.raises(NotesError, match=r"^file:///nowhere: there is no such file or folder\.$"):
        find_sources(["file:///nowhere"])


def test_a_file_system_that_is_not_installed_is_named(monkeypatch):
    known = importlib.import_module("fsspec.registry").known_implementations
    monkeypatch.setitem(known, "elsewhere", {"class": "no_such.FS", "err": "Install elsewherefs"})
    with pytest.raises(
        MissingExtraError, match=r"^elsewhere://notes: Install elsewherefs, here and where notes are read"
    ):
        find_sources(["elsewhere://notes"])


def test_a_build_from_a_url_is_that_of_the_same_notes_here(tmp_path):
    write_notes(tmp_path / "notes", 12)
    folder = f"memory://{uuid4()}"
    fsspec.open(folder).fs.put(f"{tmp_path}/notes/", folder, recursive=True)
    build([tmp_path / "notes"], tmp_path / "here.db")
    assert build([folder], tmp_path / "there.db").read == 14
    assert dump(tmp_path / "there.db", fingerprints=False) == dump(tmp_path / "here.db", fingerprints=False)
    assert build([folder], tmp_path / "there.db").read == 0
    fsspec.open(folder).fs.pipe(f"{folder}/nordlys-conf-2000/README.md", b"# Nordlys Conf 2001\n\nIn Bergen, Norway.\n")
    assert build([folder], tmp_path / "there.db").read == 11


def test_a_file_url_lists_times_so_that_an_unchanged_note_is_not_opened(tmp_path):
    (note,) = write_notes(tmp_path, 1)
    url = f"file://{tmp_path}"
    build([url], tmp_path / "talkdex.db")
    before = os.stat(note)
    note.write_bytes(b"x" * before.st_size)
    os.utime(note, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert build([url], tmp_path / "talkdex.db").read == 0
    note.touch()
    assert build([url], tmp_path / "talkdex.db").read == 1


def test_fsspec_is_asked_for_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'talkdex\[cluster\]'"):
        find_sources(["memory://notes"])
