"""The versions that the demo and the image install are ones that the package allows."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent


def test_each_dependency_has_a_version_that_is_allowed() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    versions = dict(line.split("==") for line in lines)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for dependency in map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["mcp"]]):
        assert dependency.specifier.contains(versions[dependency.name]), dependency
