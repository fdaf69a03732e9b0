"""`talkdex serve` as a process: the address it prints answers, and a note that changes is on the page."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError

import pytest
from generated_notes import write_notes
from serving import PATIENCE, fetch, serving, wait_until
from uvicorn.config import STARTUP_FAILURE

from talkdex.ingest.errors import ServeError
from talkdex.ingest.serve import address, listen
from talkdex.ingest.watch import Watch


def workers_of(process: subprocess.Popen) -> set[int]:
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(process.pid)], capture_output=True, text=True
    )
    return {int(line.split()[0]) for line in listed.stdout.splitlines() if "spawn_main" in line}


def is_free(port: int) -> bool:
    try:
        listen("127.0.0.1", port).close()
    except ServeError:
        return False
    return True


def talks(url: str) -> int:
    return len(json.loads(fetch(f"{url}talkdex/talks.json?_shape=array&_size=max")))


@pytest.fixture
def notes(tmp_path) -> Path:
    write_notes(tmp_path / "notes", 6)
    return tmp_path / "notes"


def test_notes_are_built_and_served(notes, tmp_path):
    with serving("notes", cwd=tmp_path) as (url, _):
        assert "<html" in fetch(url).lower()
        assert talks(url) >= 5
    assert (tmp_path / "talkdex.db").exists()


def test_a_database_of_any_name_is_served_as_talkdex(notes, tmp_path):
    with serving("notes", "-o", "talks.db", cwd=tmp_path) as (url, _):
        count = talks(url)
    with serving("talks.db", cwd=tmp_path) as (url, _):
        assert talks(url) == count


def test_lines_of_notes_lead_to_where_the_notes_are(notes, tmp_path):
    template = "https://git.example/notes/{path}#L{line}"
    with serving("notes", "--source-url", template, cwd=tmp_path) as (url, _):
        [talk] = json.loads(fetch(f"{url}api/v1/talks?limit=1"))["items"]
        line = template.replace("{path}", talk["path"]).replace("{line}", str(talk["first_line"]))
        assert f'href="{line}"' in fetch(f"{url}talks/{talk['slug']}")


def test_a_changed_note_is_on_the_page(notes, tmp_path):
    with serving("notes", "--watch", cwd=tmp_path) as (url, _):
        before = talks(url)
        time.sleep(1)  # the watch begins with the server
        (notes / "nordlys-conf-2000" / "talk-0003.md").unlink()
        wait_until(lambda: talks(url) == before - 1)


def test_watching_says_what_was_read_and_nothing_else(notes, tmp_path):
    with serving("notes", "--watch", "--no-vectors", cwd=tmp_path) as (url, process):
        before = talks(url)
        time.sleep(1)  # the watch begins with the server
        (notes / "nordlys-conf-2000" / "talk-0003.md").unlink()
        wait_until(lambda: talks(url) == before - 1)
        time.sleep(1)  # the build ends
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "1 note removed.\n"


@pytest.mark.parametrize("name", ["v1.2 conf", "2024.05 meetup"])
def test_a_folder_with_a_dot_that_is_moved_away_and_back_is_seen(notes, tmp_path, name):
    said: list[str] = []
    command = [str(notes), "-o", str(tmp_path / "talkdex.db"), "--no-vectors"]
    (tmp_path / name).mkdir()
    (tmp_path / name / "caches.md").write_text("# Caches lie\n\nby Ada Lovelace\n\n- Measure first.\n")
    with Watch([str(notes)], command, said.append):
        wait_until(lambda: len(said) == 1)
        (tmp_path / name).rename(notes / name)
        wait_until(lambda: said[1:] == ["1 note read again."])
        (notes / name).rename(tmp_path / name)
        wait_until(lambda: said[2:] == ["1 note removed."])


def test_when_all_notes_are_gone_the_database_stays(notes, tmp_path):
    said: list[str] = []
    database = tmp_path / "talkdex.db"
    command = [str(notes), "-o", str(database)]
    build = [sys.executable, "-m", "talkdex.ingest.cli", "build", *command, "--quiet"]
    assert subprocess.run(build, timeout=PATIENCE).returncode == 0
    before = database.read_bytes()
    with Watch([str(notes)], command, said.append):
        time.sleep(1)  # the watch begins in a thread of its own
        for note in notes.rglob("*.md"):
            note.unlink()
        deadline = time.monotonic() + PATIENCE
        while not said and time.monotonic() < deadline:
            time.sleep(0.1)
    assert "no notes in this folder" in said[-1]
    assert said[-1].endswith(" The database is left as it was.")
    assert database.read_bytes() == before


def test_the_server_ends_quietly(notes, tmp_path):
    with serving("notes", cwd=tmp_path) as (url, process):
        fetch(url)
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(20) == 0
    assert rest == ""


def test_a_page_that_is_not_there_leaves_the_terminal_quiet(notes, tmp_path):
    with serving("notes", cwd=tmp_path) as (url, process):
        with pytest.raises(HTTPError, match="404"):
            fetch(f"{url}nowhere")
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == ""


def test_readers_are_not_in_the_way_of_a_build(notes, tmp_path):
    with serving("notes", cwd=tmp_path) as (url, _):
        before = talks(url)
        write_notes(notes, 9, seed=2)
        build = [sys.executable, "-m", "talkdex.ingest.cli", "build", "notes", "--quiet"]
        assert subprocess.run(build, cwd=tmp_path, timeout=PATIENCE).returncode == 0
        assert talks(url) > before
    conn = sqlite3.connect(tmp_path / "talkdex.db")
    assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    conn.close()


def test_workers_share_an_address_and_end_quietly_together(notes, tmp_path):
    with serving("notes", "--workers", 2, cwd=tmp_path) as (url, process):
        assert talks(url) >= 5
        workers = workers_of(process)
        assert len(workers) == 2
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == ""
        assert process.wait(20) == 0
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def test_all_workers_show_a_changed_note(notes, tmp_path):
    with serving("notes", "--watch", "--workers", 2, cwd=tmp_path) as (url, _):
        before = talks(url)
        (notes / "nordlys-conf-2000" / "talk-0003.md").unlink()
        wait_until(lambda: talks(url) == before - 1)
        assert {talks(url) for _ in range(20)} == {before - 1}  # a connection each, which any worker takes


def test_workers_that_die_are_replaced(notes, tmp_path):
    with serving("notes", "--workers", 2, cwd=tmp_path) as (url, process):
        before = talks(url)
        killed = workers_of(process)
        for worker in killed:
            os.kill(worker, signal.SIGKILL)
        wait_until(lambda: len(workers_of(process) - killed) == 2)
        assert talks(url) == before


def test_workers_end_with_their_supervisor(notes, tmp_path):
    with serving("notes", "--workers", 2, cwd=tmp_path) as (url, process):
        fetch(url)
        port = int(url.rstrip("/").rpartition(":")[2])
        process.kill()
        wait_until(lambda: is_free(port))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_that_cannot_start_ends(workers, tmp_path):
    (tmp_path / "talkdex.db").write_text("This is no database, but long enough to be looked at as one. " * 100)
    code = "from pathlib import Path; from talkdex.ingest.serve import listen, serve; "
    code += f"serve(Path('talkdex.db'), listen('127.0.0.1', 0), workers={workers})"
    ended = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE)
    assert ended.returncode == STARTUP_FAILURE
    assert "file is not a database" in ended.stderr


def test_a_free_port_when_the_usual_one_is_taken(monkeypatch):
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr("talkdex.ingest.serve.PORT", port)
        with listen("127.0.0.1", None) as other:
            assert other.getsockname()[1] not in (0, port)
        with pytest.raises(ServeError, match=f"port {port}.*--port"):
            listen("127.0.0.1", port)


def test_the_usual_port_when_it_is_free(monkeypatch):
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    monkeypatch.setattr("talkdex.ingest.serve.PORT", port)
    with listen("127.0.0.1", None) as listening:
        assert address(listening) == f"http://127.0.0.1:{port}/"


def test_answers_are_sent_at_once():
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_for_all_is_opened_as_the_local_one():
    with listen("0.0.0.0", 0) as listening:
        assert address(listening).startswith("http://127.0.0.1:")


@pytest.mark.parametrize("host", ["256.1.1.1", "nonsense.invalid", "a..b", "x" * 70, "192.0.2.1", "2001:db8::1", "::z"])
def test_a_host_that_is_none(host):
    with pytest.raises(ServeError) as told:
        listen(host, 0)
    said = str(told.value)
    assert said.startswith(f"cannot listen on {host}: ")
    assert said.endswith(". Choose another address with --host.")
    assert not set("[(") & set(said)


def test_a_port_that_is_taken_is_said_in_plain_words():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        said = f"cannot listen on 127.0.0.1 port {port}: Address already in use. Choose another one with --port."
        with pytest.raises(ServeError, match=f"^{said}$"):
            listen("127.0.0.1", port)
