"""What the API of v1 has promised to its clients stays, by the record in api_v1.json."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from promises import broken, recorded, today


def test_no_promise_is_broken() -> None:
    assert broken(recorded(), today()) == []


def test_all_that_is_new_is_recorded() -> None:
    """It is a promise from now on: run `python tests/datasette_plugins/promises.py`."""
    assert broken(today(), recorded()) == []


def parameter(document: dict[str, Any], path: str, name: str) -> dict[str, Any]:
    return next(one for one in document["paths"][path]["get"]["parameters"] if one["name"] == name)


BREAKS: dict[str, Callable[[dict[str, Any]], object]] = {
    "/stats is gone": lambda now: now["paths"].pop("/stats"),
    "/talks: parameter year is gone": lambda now: parameter(now, "/talks", "year").update(name="years"),
    "/talks: parameter limit takes less": lambda now: parameter(now, "/talks", "limit")["schema"].update(maximum=100),
    "/search: parameter sort takes less": lambda now: parameter(now, "/search", "sort")["schema"]["enum"].remove(
        "date"
    ),
    "/tags: parameter limit takes less than it did, or has another default": lambda now: parameter(
        now, "/tags", "limit"
    )["schema"].update(default=10),
    "/stats: the answer is another record": lambda now: now["paths"]["/stats"]["get"]["responses"]["200"]["content"][
        "application/json"
    ].update(schema={}),
    "Talk: title is gone": lambda now: now["schemas"]["Talk"]["properties"].pop("title"),
    "Talk: first_line has another type": lambda now: now["schemas"]["Talk"]["properties"]["first_line"].update(
        type="string"
    ),
    "Talk: slug may be missing": lambda now: now["schemas"]["Talk"]["required"].remove("slug"),
}


@pytest.mark.parametrize("said", BREAKS)
def test_what_breaks_clients_is_noticed(said: str) -> None:
    now = deepcopy(recorded())
    BREAKS[said](now)
    assert any(one.startswith(said) for one in broken(recorded(), now))


def test_what_is_added_breaks_nobody() -> None:
    now = deepcopy(recorded())
    now["paths"]["/rooms"] = deepcopy(now["paths"]["/tags"])
    now["schemas"]["Talk"]["properties"]["room"] = {"type": "string"}
    parameter(now, "/search", "sort")["schema"]["enum"].append("room")
    now["schemas"]["Post"]["properties"]["kind"]["enum"].append("room")
    assert broken(recorded(), now) == []
