"""Notes files and what is known of them in, the record of each out; files that did not change are not read again.

Many files are read by several processes. The records are the same, in the same order, whatever the number of processes.
"""

import os
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from multiprocessing import connection, get_context, parent_process
from pathlib import Path

from talkdex.data import FOLDER
from talkdex.ingest.errors import ReaderError
from talkdex.ingest.notes import remote
from talkdex.ingest.notes.overview import Overviews
from talkdex.ingest.notes.post import is_draft, parse_post
from talkdex.ingest.notes.sources import MAX_BYTES, Source, read_text
from talkdex.ingest.read import read_note
from talkdex.schema.front_matter import stated
from talkdex.schema.records import Note, Notice

ENOUGH_FOR_PROCESSES = 300  # files; fewer are read sooner than another process has started
ENOUGH_TO_JUDGE = 3  # files; when our reader fails on most of so many, it is not the files' fault
CHUNK = 32  # files that a process reads at a time

OnRead = Callable[[int, int], None]  # files read so far, and in all


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier build has of a file. `record` is JSON; None for a draft that was left out."""

    fingerprint: str
    record: str | None


@dataclass(frozen=True, slots=True)
class Extract:
    """A file's record. `note` is None for a draft left out, `excerpts` (each talk's Markdown) where it is as known."""

    path: str
    fingerprint: str
    note: Note | None
    excerpts: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class _Task:
    source: Source
    overview: str | None
    drafts: bool


@dataclass(frozen=True, slots=True)
class _Result:
    path: str
    note: Note | None
    excerpts: tuple[str, ...] = ()
    failure: str | None = None  # what our reader failed with


def extract(
    sources: Sequence[Source],
    known: Mapping[str, Known] | None = None,
    drafts: bool = False,
    jobs: int | None = None,
    on_read: OnRead = lambda done, total: None,
) -> list[Extract]:
    """The record of every file, sorted by path. With `drafts`, those are read like other notes.

    `jobs` is the number of processes; by default, what the number of files and the machine call for.
    """
    known = known or {}
    by_path = {source.path: source for source in sources}
    overviews = Overviews(by_path)

    def text_of(path: str) -> str | None:
        return read_text(by_path[path])[0]

    tasks: dict[str, _Task] = {}
    fingerprints: dict[str, str] = {}
    for path in sorted(by_path):
        overview = overviews.text(path, text_of)
        fingerprints[path] = _fingerprint(by_path[path], overview, drafts)
        if path not in known or known[path].fingerprint != fingerprints[path]:
            tasks[path] = _Task(by_path[path], overview, drafts)
    read = {result.path: result for result in _read(list(tasks.values()), jobs, on_read)}
    _raise_if_most_failed(list(read.values()))
    return [
        Extract(path, fingerprint, read[path].note, read[path].excerpts)
        if path in read
        else Extract(path, fingerprint, _parse(known[path].record), None)
        for path, fingerprint in fingerprints.items()
    ]


@cache
def reader_version() -> str:
    """Changes with anything that a record depends on beside the notes: our code, our data, the parsers."""
    digest = blake2b(digest_size=16)
    for package in ("mistune", "python-frontmatter", "pydantic"):
        digest.update(f"{package} {version(package)}\n".encode())
    root = FOLDER.parent
    files = [*root.glob("ingest/**/*.py"), *root.glob("schema/*.py"), *FOLDER.glob("*.*")]
    for file in sorted(files, key=lambda file: (file.parent.name, file.name)):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _fingerprint(source: Source, overview: str | None, drafts: bool) -> str:
    digest = blake2b(digest_size=16)
    digest.update(f"{reader_version()} {drafts}\n".encode())
    digest.update(b"-" if overview is None else b"+" + overview.encode(errors="surrogatepass"))
    digest.update(b"\0" + _content(source))
    return digest.hexdigest()


def _content(source: Source) -> bytes:
    """The file's bytes, or what the listing tells of them; where it will not be read, what that depends on."""
    if source.stamp:
        return f"{source.size} {source.stamp}".encode()
    try:
        if isinstance(source.file, str):
            return remote.read_bytes(str(source.root), source.file)
        if source.file.is_file():
            if (size := source.file.stat().st_size) <= MAX_BYTES:
                return source.file.read_bytes()
            return f"{size} bytes".encode()
        return b"no file"
    except OSError as error:
        return f"error {error.errno}".encode()


def _parse(record: str | None) -> Note | None:
    return None if record is None else Note.model_validate_json(record)


# ---- reading


def _read(tasks: Sequence[_Task], jobs: int | None, on_read: OnRead) -> Iterator[_Result]:
    """The results of all tasks, in any order."""
    jobs = jobs or (_cores() if len(tasks) >= ENOUGH_FOR_PROCESSES else 1)
    on_read(0, len(tasks))
    if jobs == 1 or len(tasks) < 2:
        for done, task in enumerate(tasks, 1):
            yield _read_one(task)
            on_read(done, len(tasks))
        return
    chunks = [tasks[start : start + CHUNK] for start in range(0, len(tasks), CHUNK)]
    done = 0
    with ProcessPoolExecutor(min(jobs, len(chunks)), get_context("spawn"), _end_with_parent) as pool:
        for future in as_completed([pool.submit(_read_chunk, chunk) for chunk in chunks]):
            results = future.result()
            yield from results
            done += len(results)
            on_read(done, len(tasks))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read_chunk(tasks: Sequence[_Task]) -> list[_Result]:
    return [_read_one(task) for task in tasks]


def _read_one(task: _Task) -> _Result:
    path = task.source.path
    text, notices = read_text(task.source)
    if text is None:
        return _Result(path, Note(path=path, kind="other", notices=list(notices)))
    try:
        if not task.drafts and _is_draft(text, path):
            return _Result(path, None)
        note = read_note(text, path, task.overview)
    except Exception as error:  # a mistake of ours must not cost the other notes, and must not pass unseen
        return _failed(path, error)
    if notices:
        note = note.model_copy(update={"notices": [*notices, *note.notices]})
    lines = text.split("\n")
    excerpts = ("\n".join(lines[first - 1 : last]) for first, last in (talk.lines for talk in note.talks))
    return _Result(path, note, tuple(excerpts))


def _failed(path: str, error: Exception) -> _Result:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    failure = f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}: {error}"
    message = f"Talkdex failed on this file ({failure}). Please report it."
    note = Note(path=path, kind="other", notices=[Notice(kind="unreadable", message=message)])
    return _Result(path, note, failure=failure)


def _raise_if_most_failed(results: Sequence[_Result]) -> None:
    """A reader that fails on most files is broken, which is no reason to empty a database."""
    failures = [result.failure for result in results if result.failure]
    if len(results) >= ENOUGH_TO_JUDGE and 2 * len(failures) > len(results):
        many = f"{len(failures)} of {len(results)} files"
        raise ReaderError(f"Talkdex failed on {many} ({failures[0]}). Please report it.")


def _is_draft(text: str, path: str) -> bool:
    post = parse_post(text, path)
    said, _ = stated(post.front_matter, post.keys)
    return is_draft(said, path)


def _end_with_parent() -> None:
    """In a reading process: end when the build is killed, which could not tell its readers."""
    parent = parent_process()
    if parent is not None:

        def watch() -> None:
            connection.wait([parent.sentinel])
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
