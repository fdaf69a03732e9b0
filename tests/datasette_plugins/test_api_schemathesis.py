"""Thousands of requests, made by Schemathesis from the API's own description: each is answered as that says."""

import re
import subprocess
import sys
from pathlib import Path

from knowledge import Serve

OPTIONS = ["--checks", "all", "--max-examples", "60", "--workers", "2", "--request-timeout", "60", "--no-color"]
OPTIONS += ["--seed", "1"]  # a run fails for what was changed, not by chance
# They complain of slow machines and of what is hard to make up, not of the API.
OPTIONS += ["--suppress-health-check", "all"]


def test_whatever_is_asked_is_answered_as_described(serve: Serve, database: Path, tmp_path: Path) -> None:
    """A failure names the request as a command of curl."""
    site = serve(database, "--setting", "sql_time_limit_ms", "60000")  # on a machine with other work, too
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        str(site.base_url.join("/api/v1/openapi.json")),
        *OPTIONS,
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    [(made, passed)] = re.findall(r"(\d+) generated, (\d+) passed", run.stdout)
    assert int(made) == int(passed) > 2000
