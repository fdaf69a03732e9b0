"""Builds on a real Dask cluster: a scheduler and two workers, each a process of its own, and what ends one of them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import own_loop
import pytest
from commands import run
from dumped import dump
from generated_notes import write_notes

from talkdex.ingest import build as building
from talkdex.ingest import cluster as reading
from talkdex.ingest.errors import ClusterError

distributed = pytest.importorskip("distributed", reason="--cluster needs the extra cluster")

SAMPLES = Path(__file__).parents[2] / "data" / "notes"
CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
STARTING = 60  # seconds that a process may need to start on a busy machine

build = partial(building.build, vectors=False)


class Cluster:
    """A scheduler on a free port of this machine, and the workers that were started for it, by their names."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._file = folder / "scheduler.json"
        self._scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0")
        self.workers: dict[str, subprocess.Popen] = {}

    @property
    def address(self) -> str:
        with distributed.Client(scheduler_file=self._file, set_as_default=False, timeout=STARTING) as client:
            return client.scheduler.address

    def start_worker(self, name: str, **environment: str) -> None:
        options = ("--name", name, "--nthreads", "1", "--no-nanny", "--local-directory", str(self._folder))
        self.workers[name] = self._start("worker", *options, **environment)

    def wait_for_workers(self) -> None:
        with distributed.Client(self.address, set_as_default=False) as client:
            while len(client.nthreads()) < len(self.workers):
                time.sleep(0.05)

    def kill_a_worker_at_work(self) -> None:
        """Kill a worker that has notes to read, as a machine that is switched off."""
        with distributed.Client(self.address, set_as_default=False) as client:
            names = {address: worker["name"] for address, worker in client.scheduler_info()["workers"].items()}
            busy = [names[address] for address, tasks in client.processing().items() if tasks]
        self.workers[busy[0]].kill()

    def stop(self) -> None:
        for process in (*self.workers.values(), self._scheduler):
            process.kill()
        for process in (*self.workers.values(), self._scheduler):
            process.wait(STARTING)

    def _start(self, kind: str, *options: str, **environment: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--scheduler-file", str(self._file)]
        log = open(self._folder / f"{kind}.log", "ab")  # noqa: SIM115 - the process writes it
        with log:
            return subprocess.Popen(
                [*command, *options, "--no-dashboard"],
                stdout=log,
                stderr=log,
                env={**os.environ, **environment},
                cwd=self._folder,  # in that of the checkout, what tells of its version would come first
            )


@contextmanager
def started(folder: Path, workers: int) -> Iterator[Cluster]:
    cluster = Cluster(folder)
    try:
        for number in range(workers):
            cluster.start_worker(f"worker-{number}")
        cluster.wait_for_workers()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    with started(tmp_path_factory.mktemp("cluster"), 2) as cluster:
        yield cluster


@pytest.fixture
def notes(tmp_path) -> Path:
    """The sample notes, which have folders and pages that tell of their events, beside some more."""
    folder = shutil.copytree(SAMPLES, tmp_path / "notes")
    write_notes(folder / "more", 60)
    return folder


def test_the_database_is_that_of_a_build_here(cluster, notes, tmp_path):
    here = build([notes], tmp_path / "here.db")
    there = build([notes], tmp_path / "there.db", cluster=cluster.address)
    assert there.read == here.read == there.files
    assert dump(tmp_path / "there.db", fingerprints=False) == dump(tmp_path / "here.db", fingerprints=False)


def test_a_url_is_known_again_whoever_read_it(cluster, notes, tmp_path):
    url = f"file://{notes}"
    build([url], tmp_path / "here.db")
    build([url], tmp_path / "there.db", cluster=cluster.address)
    assert dump(tmp_path / "there.db") == dump(tmp_path / "here.db")
    assert build([url], tmp_path / "here.db", cluster=cluster.address).read == 0


def test_a_caller_may_have_an_event_loop(cluster, notes, tmp_path):
    """As a notebook has, or a session of Playwright."""

    async def called() -> building.Summary:
        return build([notes], tmp_path / "talkdex.db", cluster=cluster.address)

    summary = own_loop.run(called())
    assert summary.read == summary.files


def test_only_what_changed_is_read_again(cluster, notes, tmp_path):
    database = tmp_path / "talkdex.db"
    build([notes], database, cluster=cluster.address)
    readme = notes / "more" / "nordlys-conf-2000" / "README.md"
    readme.write_text(readme.read_text().replace("Oslo", "Bergen"))
    (notes / "more" / "pyharbour-2000" / "talk-0012.md").unlink()
    summary = build([notes], database, cluster=cluster.address)
    assert (summary.read, summary.removed) == (11, 1)
    build([notes], tmp_path / "fresh.db")
    assert dump(database, fingerprints=False) == dump(tmp_path / "fresh.db", fingerprints=False)


opened: list[str] | None = None


def hear_of_files(event: str, arguments: tuple) -> None:
    if event == "open" and opened is not None:
        opened.append(str(arguments[0]))


def test_no_note_is_opened_on_this_machine(cluster, notes, tmp_path):
    global opened
    sys.addaudithook(hear_of_files)
    opened = []
    assert build([notes], tmp_path / "talkdex.db", cluster=cluster.address).read > 60
    heard, opened = opened, None
    assert any(path.startswith(str(tmp_path)) for path in heard)
    assert not [path for path in heard if path.startswith(str(notes))]


def test_what_a_note_gets_a_notice_for_here_it_gets_one_for_there(cluster, tmp_path):
    (note,) = write_notes(tmp_path / "notes", 1)
    note.with_name("scan.md").write_bytes(b"%PDF-1.7")
    note.with_name("latin.md").write_bytes("# Café\n".encode("latin-1"))
    os.mkfifo(note.with_name("pipe.md"))
    build([tmp_path / "notes"], tmp_path / "here.db")
    summary = build([tmp_path / "notes"], tmp_path / "there.db", cluster=cluster.address)
    assert (summary.notices["unreadable"], summary.notices["encoding"]) == (2, 1)
    assert dump(tmp_path / "there.db", fingerprints=False) == dump(tmp_path / "here.db", fingerprints=False)


@pytest.mark.parametrize("source", ["generated", "corpus"])
def test_a_worker_that_is_killed_costs_no_note(tmp_path, source):
    folder = CORPUS
    if source == "generated":
        folder = tmp_path / "notes"
        write_notes(folder, 330)
    elif not CORPUS.exists():
        pytest.skip("no real notes beside the checkout")
    left = []
    with started(tmp_path, 2) as cluster:

        def kill_when_first_are_read(done: int, total: int) -> None:
            if done and not left:
                left.append(total - done)
                cluster.kill_a_worker_at_work()

        build([folder], tmp_path / "there.db", on_read=kill_when_first_are_read, cluster=cluster.address)
        assert [process.poll() for process in cluster.workers.values()].count(-signal.SIGKILL) == 1
    assert left[0] > 300
    build([folder], tmp_path / "here.db")
    assert dump(tmp_path / "there.db", fingerprints=False) == dump(tmp_path / "here.db", fingerprints=False)


def test_when_no_worker_is_left_the_build_ends_and_the_database_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "PATIENCE", 1.0)
    database = tmp_path / "talkdex.db"
    write_notes(tmp_path / "notes", 10)
    build([tmp_path / "notes"], database)
    before = dump(database)
    write_notes(tmp_path / "notes", 400)
    with started(tmp_path, 1) as cluster:
        address = cluster.address

        def kill(done: int, total: int) -> None:
            if done == 1:
                cluster.kill_a_worker_at_work()

        with pytest.raises(ClusterError, match=r"the scheduler has no workers. Start some with: dask worker tcp://"):
            build([tmp_path / "notes"], database, on_read=kill, cluster=address)
    assert dump(database) == before


def test_a_scheduler_without_workers_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "PATIENCE", 1.0)
    write_notes(tmp_path / "notes", 1)
    with started(tmp_path, 0) as cluster, pytest.raises(ClusterError, match="the scheduler has no workers"):
        build([tmp_path / "notes"], tmp_path / "talkdex.db", cluster=cluster.address)
    assert not (tmp_path / "talkdex.db").exists()


def test_a_worker_with_another_version_is_named(tmp_path):
    write_notes(tmp_path / "notes", 1)
    other = tmp_path / "other" / "talkdex-99.0.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: talkdex\nVersion: 99.0\n")
    with started(tmp_path, 0) as cluster:
        path = os.pathsep.join(filter(None, (str(other.parent), os.environ.get("PYTHONPATH"))))
        cluster.start_worker("newer", PYTHONPATH=path)
        cluster.wait_for_workers()
        with pytest.raises(ClusterError, match=r"has talkdex 99\.0, here is .* Install the same versions"):
            build([tmp_path / "notes"], tmp_path / "talkdex.db", cluster=cluster.address)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "scheduler", "http://127.0.0.1:8786", "tls://127.0.0.1:1"])
def test_an_address_without_scheduler_is_one_sentence(tmp_path, monkeypatch, address):
    monkeypatch.setattr(reading, "ANSWER", 0.5)
    write_notes(tmp_path / "notes", 1)
    result = run("build", tmp_path / "notes", "-o", tmp_path / "talkdex.db", "--no-vectors", "--cluster", address)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {address}: no Dask scheduler answers here")
    assert "dask scheduler" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_scheduler_that_is_gone_is_said(tmp_path):
    write_notes(tmp_path / "notes", 400)
    with started(tmp_path, 1) as cluster:
        address = cluster.address

        def stop(done: int, total: int) -> None:
            if done == 1:
                cluster.stop()
                time.sleep(0.5)

        with pytest.raises(ClusterError, match="the connection to the scheduler was lost"):
            build([tmp_path / "notes"], tmp_path / "talkdex.db", on_read=stop, cluster=address)
    assert not (tmp_path / "talkdex.db").exists()
