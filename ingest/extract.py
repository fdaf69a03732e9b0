"""Notes files in, the records of those that are new or have changed out, in order of their paths.

Many files are read by several processes. The records are the same, in the same order, whatever the number of processes,
and no more of them are in memory at a time than these have read ahead.
"""

import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from itertools import chain, islice
from multiprocessing import active_children, connection, get_context, parent_process
from pathlib import Path

from talkdex.data import FOLDER
from talkdex.ingest.errors import ReaderError
from talkdex.ingest.notes import remote
from talkdex.ingest.notes.overview import Overviews
from talkdex.ingest.notes.post import is_draft, parse_post
from talkdex.ingest.notes.sources import MAX_BYTES, Source, read_text
from talkdex.ingest.read import read_note
from talkdex.ingest.store.records import Extract
from talkdex.schema.front_matter import stated
from talkdex.schema.records import Note, Notice

ENOUGH_FOR_PROCESSES = 300  # files; fewer are read sooner than another process has started
ENOUGH_TO_JUDGE = 3  # files; when our reader fails on most of so many, it is not the files' fault
CHUNK = 16  # files that a process reads at a time
AHEAD = 4  # chunks for each process that are read or waiting to be

_PRINT = 32  # hexadecimal digits of a hash; a fingerprint is that of the content, and that of the overview

OnRead = Callable[[int, int], None]  # files read so far, and in all


@dataclass(frozen=True, slots=True)
class _Task:
    source: Source
    fingerprint: str
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
    known: Mapping[str, str] | None = None,
    drafts: bool = False,
    jobs: int | None = None,
    on_read: OnRead = lambda done, total: None,
) -> Generator[Extract, None, None]:
    """The records of all files but those whose fingerprints, by path, are `known`. With `drafts`, those are read too.

    `jobs` is the number of processes; by default, what the number of files and the machine call for.
    """
    candidates = _Candidates(sources, known or {}, drafts)
    judged, failures = 0, list[str]()
    on_read(0, len(candidates))
    for task, result in _read(candidates.tasks(), jobs):
        judged += 1
        if result.failure:
            failures.append(result.failure)
        yield Extract(result.path, task.fingerprint, result.note, result.excerpts)
        on_read(candidates.unchanged + judged, len(candidates))
    if judged >= ENOUGH_TO_JUDGE and 2 * len(failures) > judged:
        # A reader that fails on most files is broken, which is no reason to empty a database.
        raise ReaderError(f"Talkdex failed on {len(failures)} of {judged} files ({failures[0]}). Please report it.")


class _Candidates:
    """The files that may have to be read: they differ from what is known, or another one that speaks of them does.

    Of the rest, which is most of a large folder when a note has changed, nothing but the bytes is looked at.
    """

    def __init__(self, sources: Sequence[Source], known: Mapping[str, str], drafts: bool):
        self.unchanged = 0  # candidates that turned out to be as they were
        self._by_path = {source.path: source for source in sources}
        self._known = known
        self._drafts = drafts
        self._overviews = Overviews(self._by_path)
        self._contents = {path: _content_print(self._by_path[path], drafts) for path in sorted(self._by_path)}
        came_or_went = known.keys() ^ self._by_path.keys()
        changed = {path for path, content in self._contents.items() if known.get(path, "")[:_PRINT] != content}
        telling = {path for path in changed if self._overviews.may_tell_of_others(path)}
        folders = {path.rpartition("/")[0] for path in came_or_went | telling}
        self._paths = [path for path in self._contents if path in changed or not folders.isdisjoint(_folders(path))]

    def __len__(self) -> int:
        return len(self._paths)

    def tasks(self) -> Iterator[_Task]:
        for path in self._paths:
            overview = self._overviews.text(path, self._text_of)
            fingerprint = self._contents[path] + _overview_print(overview)
            if self._known.get(path) == fingerprint:
                self.unchanged += 1
            else:
                yield _Task(self._by_path[path], fingerprint, overview, self._drafts)

    def _text_of(self, path: str) -> str | None:
        return read_text(self._by_path[path])[0]


def _folders(path: str) -> Iterator[str]:
    """The folder that a note is in and those above it."""
    while path:
        path = path.rpartition("/")[0]
        yield path


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


def _content_print(source: Source, drafts: bool) -> str:
    """Changes with the file's bytes, the reader's version, and whether drafts are wanted."""
    digest = blake2b(f"{reader_version()} {drafts}\n".encode(), digest_size=_PRINT // 2)
    digest.update(_content(source))
    return digest.hexdigest()


def _overview_print(overview: str | None) -> str:
    text = b"-" if overview is None else b"+" + overview.encode(errors="surrogatepass")
    return blake2b(text, digest_size=_PRINT // 2).hexdigest()


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


# ---- reading


def _read(tasks: Iterator[_Task], jobs: int | None) -> Iterator[tuple[_Task, _Result]]:
    """All tasks with their results, in the order of the tasks."""
    first = list(islice(tasks, ENOUGH_FOR_PROCESSES))
    jobs = jobs or (_cores() if len(first) == ENOUGH_FOR_PROCESSES else 1)
    tasks = chain(first, tasks)
    if jobs == 1 or len(first) < 2:
        yield from ((task, _read_one(task)) for task in tasks)
        return
    waiting: deque[tuple[list[_Task], Future[list[_Result]]]] = deque()
    with _readers(jobs) as pool:
        while chunk := list(islice(tasks, CHUNK)):
            waiting.append((chunk, pool.submit(_read_chunk, chunk)))
            if len(waiting) == jobs * AHEAD:
                yield from _results(*waiting.popleft())
        while waiting:
            yield from _results(*waiting.popleft())


def _results(chunk: list[_Task], future: "Future[list[_Result]]") -> Iterator[tuple[_Task, _Result]]:
    return zip(chunk, future.result(), strict=True)


@contextmanager
def _readers(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that read. When the build is stopped, they are stopped in the middle of what they do."""
    others = set(active_children())
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin_reading)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - others:
            process.kill()
        raise
    pool.shutdown()


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


def _is_draft(text: str, path: str) -> bool:
    post = parse_post(text, path)
    said, _ = stated(post.front_matter, post.keys)
    return is_draft(said, path)


def _begin_reading() -> None:
    """In a reading process: leave Ctrl+C to the build, and end when that is killed, which cannot tell its readers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:

        def watch() -> None:
            connection.wait([parent.sentinel])
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
