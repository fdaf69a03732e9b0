"""Notes that may have changed in, the records of those that have out, read by the workers of a Dask cluster.

Only names and what listings tell of files get to this machine, unless a listing tells nothing that changes with the
content; the text of notes, and of the overviews that speak of their events, stays between the file system and the
workers. Records come back in compressed batches, of which so many are under way at a time as keep the workers busy,
however many notes there are.
"""

import asyncio
import logging
import warnings
import zlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from talkdex.ingest.errors import ClusterError, MissingExtraError
from talkdex.ingest.extract import Candidates, Result, read_one, reader_version, task_of
from talkdex.ingest.notes.overview import Overviews
from talkdex.ingest.notes.sources import Source, fetched

if TYPE_CHECKING:
    from distributed import Client, Future

NOTES = 64  # of a batch: a second's work
AHEAD = 3  # batches for each thread of the workers that are read or waiting to be
FEWEST_AHEAD = 12  # as more workers may come
RETRIES = 2  # of a batch that a failure of the file system has stopped
ANSWER = 15.0  # seconds in which the scheduler answers
PATIENCE = 60.0  # seconds in which a first worker comes, or another one after the last has gone
SAME_VERSIONS = ("talkdex", "dask", "distributed")

_RESULTS = TypeAdapter(list[Result])
_turn = Lock()  # reading is work for one core: more threads of a worker would only slow each other down


@dataclass(frozen=True, slots=True)
class Batch:
    """Notes to look at, with the prints of their contents and what is known of them.

    `telling` are the files that may tell of their events, `paths` all that those may link.
    """

    sources: Sequence[Source]
    contents: Mapping[str, str]
    known: Mapping[str, str]
    telling: Sequence[Source]
    paths: frozenset[str]
    drafts: bool
    version: str


def read_on_cluster(address: str, candidates: Candidates) -> Iterator[Result]:
    """What the workers read of the candidates, in order of their paths; those that are as known are counted.

    Raises ClusterError when there is no cluster at this address, or none that can read; NotesError and
    MissingExtraError when notes cannot be reached from there.
    """
    batches = _batches(candidates)
    first = next(batches, None)
    if first is None:
        return
    with _connected(address) as client:
        waiting = deque([_submit(client, first)])
        while waiting:
            room = max(_ahead(client) - len(waiting), 0)
            waiting.extend(_submit(client, batch) for batch in islice(batches, room))
            batch, future = waiting.popleft()
            results = _RESULTS.validate_json(zlib.decompress(_result(client, future, batch)))
            candidates.unchanged += len(batch.contents) - len(results)
            yield from results


def read_batch(batch: Batch) -> bytes:
    """On a worker: the results of those notes of a batch that are not as known, as compressed JSON."""
    if batch.version != reader_version():
        raise ClusterError("a worker has another version of Talkdex. Install the same one here and on all workers.")
    sources = {source.path: source for source in (*batch.sources, *fetched(batch.telling))}
    overviews = Overviews(batch.paths)
    with _turn:
        found = [
            task_of(path, sources, content, overviews, batch.drafts, batch.known)
            for path, content in batch.contents.items()
        ]
    tasks = [task for task in found if task]
    notes = fetched([task.source for task in tasks])
    with _turn:
        results = [read_one(replace(task, source=note)) for task, note in zip(tasks, notes, strict=True)]
    return zlib.compress(_RESULTS.dump_json(results), 1)


def _batches(candidates: Candidates) -> Iterator[Batch]:
    paths = iter(candidates.paths)
    while chunk := list(islice(paths, NOTES)):
        telling, linked = set[str](), set[str]()
        for folder in {path.rpartition("/")[0] for path in chunk}:
            files, names = candidates.overviews.around(folder)
            telling.update(files)
            linked.update(names)
        yield Batch(
            sources=[candidates.sources[path] for path in chunk],
            contents={path: candidates.contents[path] for path in chunk},
            known={path: candidates.known[path] for path in chunk if path in candidates.known},
            telling=[candidates.sources[path] for path in sorted(telling)],
            paths=frozenset(telling | linked),
            drafts=candidates.drafts,
            version=reader_version(),
        )


def _submit(client: "Client", batch: Batch) -> tuple[Batch, "Future"]:
    return batch, client.submit(read_batch, batch, pure=False, retries=RETRIES)


def _ahead(client: "Client") -> int:
    """How many batches are under way at a time."""
    threads: int = sum(client.nthreads().values())
    return max(AHEAD * threads, FEWEST_AHEAD)


def _result(client: "Client", future: "Future", batch: Batch) -> bytes:
    """What a worker answers, however long it takes as long as there is one."""
    from distributed import KilledWorker

    while True:
        try:
            return bytes(future.result(timeout=PATIENCE))
        except TimeoutError:
            _check_workers(client)
        except KilledWorker as error:
            first, last = min(batch.contents), max(batch.contents)
            message = f"workers died again and again on the notes from {first} to {last}. Have they enough memory?"
            raise ClusterError(message) from error


# ---- the cluster


@contextmanager
def _connected(address: str) -> Iterator["Client"]:
    try:
        from distributed import Client
        from distributed.comm import connect
        from distributed.security import Security
    except ImportError as error:
        raise MissingExtraError("--cluster needs Dask. Install it with: pip install 'talkdex[cluster]'") from error

    async def answers() -> None:
        await (await connect(address, timeout=ANSWER, **Security().get_connection_args("client"))).close()

    for logger in ("distributed", "distributed.client"):
        logging.getLogger(logger).setLevel(logging.CRITICAL)  # we say ourselves what went wrong
    try:
        with ThreadPoolExecutor(1) as thread:  # as a caller, a notebook for one, may have an event loop in this one
            thread.submit(asyncio.run, answers()).result()
    except Exception as error:  # nobody there, no address, no certificate: each kind of connection has its own
        message = f"no Dask scheduler answers here ({error}). Start one with: dask scheduler"
        raise ClusterError(message, address) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of versions, which are checked below
        try:
            client = Client(address, timeout=ANSWER, set_as_default=False, name="talkdex-build")
        except Exception as error:
            message = f"a scheduler answers, but not to Dask {version('distributed')}: {error}"
            raise ClusterError(message, address) from error
    with client:
        with suppress(TimeoutError):
            client.wait_for_workers(1, timeout=PATIENCE)
        try:
            _check_workers(client)
            yield client
        except (CancelledError, OSError) as error:
            raise ClusterError("the connection to the scheduler was lost. Build again.", address) from error


def _check_workers(client: "Client") -> None:
    """Raise unless there are workers, and all of them and the scheduler have the versions that are here."""
    address = client.scheduler.address
    found = client.get_versions(packages=list(SAME_VERSIONS))
    if not found["workers"]:
        command = f"dask worker {address} --nworkers auto --nthreads 1"
        raise ClusterError(f"the scheduler has no workers. Start some with: {command}", address)
    ours = _versions(found["client"])
    for place, there in {"the scheduler": found["scheduler"], **found["workers"]}.items():
        for package, theirs in _versions(there).items():
            if theirs != ours[package]:
                has = f"{package} {theirs}" if theirs else f"no {package}"
                message = f"{place} has {has}, here is {ours[package]}. Install the same versions on all machines."
                raise ClusterError(message, address)


def _versions(told: Mapping[str, Mapping[str, str | None]]) -> dict[str, str | None]:
    """Those that have to be the same, of what Dask tells of a machine."""
    python = ".".join((told["packages"]["python"] or "").split(".")[:2])
    return {"Python": python} | {package: told["packages"].get(package) for package in SAME_VERSIONS}
