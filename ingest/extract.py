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
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
from talkdex.ingest.notes.remote import is_url
from talkdex.ingest.notes.sources import MAX_BYTES, Source, read_text
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
class Task:
    """A note to read. `overview` is what another file says of its event."""

    source: Source
    fingerprint: str
    overview: str | None
    drafts: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What was read from a note. `note` is None for a draft left out, `excerpts` the Markdown of each talk."""

    path: str
    fingerprint: str
    note: Note | None
    excerpts: tuple[str, ...] = ()
    failure: str | None = None  # what our reader failed with


def extract(
    sources: Sequence[Source],
    known: Mapping[str, str] | None = None,
    drafts: bool = False,
    jobs: int | None = None,
    on_read: OnRead = lambda done, total: None,
    cluster: str | None = None,
) -> Generator[Extract, None, None]:
    """The records of all files but those whose fingerprints, by path, are `known`. With `drafts`, those are read too.

    `jobs` is the number of processes; by default, what the number of files and the machine call for. With `cluster`,
    the address of a Dask scheduler, the workers there read.
    """
    candidates = Candidates(sources, known or {}, drafts)
    judged, failures = 0, list[str]()
    on_read(0, len(candidates))
    if cluster:
        from talkdex.ingest.cluster import read_on_cluster  # which is an extra, and imports what reads

        results = read_on_cluster(cluster, candidates)
    else:
        results = _read(candidates.tasks(), jobs)
    for result in results:
        judged += 1
        if result.failure:
            failures.append(result.failure)
        yield Extract(result.path, result.fingerprint, result.note, result.excerpts)
        on_read(candidates.unchanged + judged, len(candidates))
    if judged >= ENOUGH_TO_JUDGE and 2 * len(failures) > judged:
        # A reader that fails on most files is broken, which is no reason to empty a database.
        raise ReaderError(f"Talkdex failed on {len(failures)} of {judged} files ({failures[0]}). Please report it.")


class Candidates:
    """The files that may have to be read: they differ from what is known, or another one that speaks of them does.

    Of the rest, which is most of a large folder when a note has changed, nothing but the bytes is looked at.
    """

    def __init__(self, sources: Sequence[Source], known: Mapping[str, str], drafts: bool):
        self.unchanged = 0  # candidates that turned out to be as they were
        self.sources = {source.path: source for source in sources}
        self.known = known
        self.drafts = drafts
        self.overviews = Overviews(self.sources)
        self.contents = {path: _content_print(self.sources[path], drafts) for path in sorted(self.sources)}
        came_or_went = known.keys() ^ self.sources.keys()
        changed = {path for path, content in self.contents.items() if known.get(path, "")[:_PRINT] != content}
        telling = {path for path in changed if self.overviews.may_tell_of_others(path)}
        folders = {path.rpartition("/")[0] for path in came_or_went | telling}
        self.paths = [path for path in self.contents if path in changed or not folders.isdisjoint(_folders(path))]

    def __len__(self) -> int:
        return len(self.paths)

    def tasks(self) -> Iterator[Task]:
        """Those that have to be read; the others are counted."""
        for path in self.paths:
            if task := task_of(path, self.sources, self.contents[path], self.overviews, self.drafts, self.known):
                yield task
            else:
                self.unchanged += 1


def task_of(
    path: str,
    sources: Mapping[str, Source],
    content: str,
    overviews: Overviews,
    drafts: bool,
    known: Mapping[str, str],
) -> Task | None:
    """What is to be read of a note whose content has this print; None where it and its overview are as `known`."""
    overview = overviews.text(path, lambda telling: read_text(sources[telling])[0])
    fingerprint = content + _overview_print(overview)
    return None if known.get(path) == fingerprint else Task(sources[path], fingerprint, overview, drafts)


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
        if is_url(source.file):
            return remote.read_bytes(source.root, source.file)
        if os.path.isfile(source.file):
            if (size := os.path.getsize(source.file)) <= MAX_BYTES:
                with open(source.file, "rb", buffering=0) as file:
                    return file.read()
            return f"{size} bytes".encode()
        return b"no file"
    except OSError as error:
        return f"error {error.errno}".encode()


# ---- reading


def _read(tasks: Iterator[Task], jobs: int | None) -> Iterator[Result]:
    """The results of all tasks, in their order."""
    first = list(islice(tasks, ENOUGH_FOR_PROCESSES))
    jobs = jobs or (_cores() if len(first) == ENOUGH_FOR_PROCESSES else 1)
    tasks = chain(first, tasks)
    if jobs == 1 or len(first) < 2:
        yield from map(read_one, tasks)
        return
    waiting: deque[Future[list[Result]]] = deque()
    with _readers(jobs) as pool:
        while chunk := list(islice(tasks, CHUNK)):
            with _deaf_to_interrupts():
                waiting.append(pool.submit(_read_chunk, chunk))
            if len(waiting) == jobs * AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


@contextmanager
def _readers(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that read. When the build is stopped, they are stopped in the middle of what they do."""
    others = set(active_children())
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin_reading)
    try:
        yield pool
    except BrokenProcessPool as error:
        raise ReaderError("a process that reads notes was ended, maybe for want of memory. Try --jobs 1.") from error
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - others:
            process.kill()
        raise
    pool.shutdown()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Ctrl+C waits meanwhile, and processes that are started in here never hear of it: the build ends them."""
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []  # though this thread is deaf, as another one, of numpy's say, may not be
    handler = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
        if heard:
            signal.raise_signal(signal.SIGINT)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read_chunk(tasks: Sequence[Task]) -> list[Result]:
    return [read_one(task) for task in tasks]


def read_one(task: Task) -> Result:
    """The record of a note, whatever it holds. Raises NotesError where the way to its file failed.

    A file that has changed since the build looked at it is read again next time, as nothing is known of what was read.
    """
    result = _read_note(task)
    is_same = task.fingerprint.startswith(_content_print(task.source, task.drafts))
    return result if is_same else replace(result, fingerprint="")


def _read_note(task: Task) -> Result:
    from talkdex.ingest.read import read_note  # takes a third of the time of a build that reads nothing

    path = task.source.path
    text, notices = read_text(task.source)
    if text is None:
        return Result(path, task.fingerprint, Note(path=path, kind="other", notices=list(notices)))
    try:
        if not task.drafts and _is_draft(text, path):
            return Result(path, task.fingerprint, None)
        note = read_note(text, path, task.overview)
    except Exception as error:  # a mistake of ours must not cost the other notes, and must not pass unseen
        return _failed(task, error)
    if notices:
        note = note.model_copy(update={"notices": [*notices, *note.notices]})
    lines = text.split("\n")
    excerpts = ("\n".join(lines[first - 1 : last]) for first, last in (talk.lines for talk in note.talks))
    return Result(path, task.fingerprint, note, tuple(excerpts))


def _failed(task: Task, error: Exception) -> Result:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    failure = f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}: {error}"
    message = f"Talkdex failed on this file ({failure}). Please report it."
    note = Note(path=task.source.path, kind="other", notices=[Notice(kind="unreadable", message=message)])
    return Result(note.path, task.fingerprint, note, failure=failure)


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
