"""Two OpenAPI documents of the API in, what of the first one's promises the second breaks out.

`python tests/datasette_plugins/promises.py` records what the API has today, unless that breaks what is recorded.
"""

import json
import sys
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any

from talkdex.datasette_plugins.rest.openapi import document

RECORD = Path(__file__).with_name("api_v1.json")
TEXTS = ("title", "description", "summary")  # may be said better

Schema = dict[str, Any]


def today() -> Schema:
    """The document of the code, without what depends on a database or a version."""
    described = document("/api/v1", {})
    return {"paths": described["paths"], "schemas": described["components"]["schemas"]}


def recorded() -> Schema:
    return json.loads(RECORD.read_text(encoding="utf-8"))


def broken(promised: Schema, now: Schema) -> list[str]:
    """What a client that relies on the first document may miss."""
    return [*_broken_routes(promised["paths"], now["paths"]), *_broken_models(promised["schemas"], now["schemas"])]


def _broken_routes(promised: Schema, now: Schema) -> Iterator[str]:
    for path, methods in promised.items():
        if path not in now:
            yield f"{path} is gone"
            continue
        before, after = methods["get"], now[path]["get"]
        if before["operationId"] != after["operationId"]:
            yield f"{path}: operationId was {before['operationId']}"
        if before["responses"]["200"]["content"].keys() != after["responses"]["200"]["content"].keys():
            yield f"{path}: the answer has another media type"
        if _media(before) != _media(after):
            yield f"{path}: the answer is another record"
        parameters = {parameter["name"]: parameter for parameter in after["parameters"]}
        for parameter in before["parameters"]:
            name = parameter["name"]
            if name not in parameters:
                yield f"{path}: parameter {name} is gone"
            elif not _takes(parameters[name]["schema"], parameter["schema"]):
                yield f"{path}: parameter {name} takes less than it did, or has another default"
        known = {parameter["name"] for parameter in before["parameters"]}
        yield from (
            f"{path}: {name} is needed" for name, new in parameters.items() if new.get("required") and name not in known
        )


def _media(operation: Schema) -> Any:
    """What is answered; without the part of it that there is where `fields` asks for that, which may come."""
    schema = operation["responses"]["200"]["content"].get("application/json", {}).get("schema") or {}
    return _plain(schema.get("anyOf", [schema])[0])


def _broken_models(promised: Schema, now: Schema) -> Iterator[str]:
    for model, before in promised.items():
        after = now.get(model, {"properties": {}})
        properties = after.get("properties", {})
        for name, schema in before.get("properties", {}).items():
            if name not in properties:
                yield f"{model}: {name} is gone"
            elif _words_aside(schema) != _words_aside(properties[name]):
                yield f"{model}: {name} has another type"
        yield from (
            f"{model}: {name} may be missing"
            for name in before.get("required", [])
            if name not in after.get("required", [])
        )


def _takes(now: Schema, before: Schema) -> bool:
    """Whether a parameter takes all values that it took."""
    words = now.get("items", now).get("enum"), before.get("items", before).get("enum")
    return (
        now["type"] == before["type"]
        and now.get("default") == before.get("default")
        and now.get("pattern") in (None, before.get("pattern"))
        and now.get("minItems", 0) <= before.get("minItems", 0)
        and (words[0] is None or (words[1] is not None and set(words[0]) >= set(words[1])))
        and now.get("minimum", -inf) <= before.get("minimum", -inf)
        and now.get("maximum", inf) >= before.get("maximum", inf)
    )


def _words_aside(schema: Any) -> Any:
    """The schema of a key without the words that it may be, of which there may be more one day."""
    return _plain(schema, (*TEXTS, "enum"))


def _plain(schema: Any, without: tuple[str, ...] = TEXTS) -> Any:
    if isinstance(schema, dict):
        return {key: _plain(part, without) for key, part in schema.items() if key not in without}
    return [_plain(part, without) for part in schema] if isinstance(schema, list) else schema


if __name__ == "__main__":
    if RECORD.exists() and (breaks := broken(recorded(), today())):
        sys.exit("\n".join(breaks))
    RECORD.write_text(json.dumps(today(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
