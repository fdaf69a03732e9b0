"""The routes of the API in, their OpenAPI 3.1 document out, with examples that are answers of the database at hand."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic.json_schema import models_json_schema

from talkdex.datasette_plugins.rest.parameters import Names, Parameter, Text
from talkdex.datasette_plugins.rest.routes import KINDS, ROUTES, Route
from talkdex.schema.api import Problem

DESCRIPTION = (
    "Talks, takeaways, events and the rest of a Talkdex knowledge base. All that stands here stays as it is within "
    "v1: parameters and keys of answers may be added, none is taken away or changes its meaning."
)
PROBLEMS = {
    "400": "A parameter that is not known, or that may not have its value. `parameter` names it.",
    "403": "Who asks may not see this database.",
    "404": "There is no such record, or no database.",
    "503": "The database took longer than this site allows.",
}
REFERENCE = "#/components/schemas/{model}"

Examples = Mapping[str, Mapping[str, Any]]  # by the name of the route, as `example_of` gives them


def document(root: str, examples: Examples) -> dict[str, Any]:
    """The document for a site whose API is at `root`, as "/api/v1"."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Talkdex", "version": version("talkdex"), "description": DESCRIPTION},
        "servers": [{"url": root}],
        "tags": [{"name": kind} for kind in KINDS],
        "paths": {route.path: {"get": _operation(route, examples.get(route.name, {}))} for route in ROUTES},
        "components": {
            "schemas": _schemas(),
            "responses": {status: _problem(text) for status, text in PROBLEMS.items()},
        },
    }


@cache  # takes longer than all the rest
def _schemas() -> dict[str, Any]:
    """Those of all models, by name."""
    models = {route.model for route in ROUTES} | {Problem}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schemas = models_json_schema([(model, "serialization") for model in ordered], ref_template=REFERENCE)
    return dict(schemas["$defs"])


def _operation(route: Route, example: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": _answer(route)}
    if "answer" in example:
        content["example"] = example["answer"]
    return {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.kind] if route.kind else [],
        "parameters": [
            *([_key(route.key, example)] if route.key else []),
            *(_query(parameter, example) for parameter in route.parameters),
        ],
        "responses": {
            "200": {"description": route.summary, "content": {"application/json": content}},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in PROBLEMS},
        },
    }


def _answer(route: Route) -> dict[str, Any]:
    """The model; where `fields` is asked for, something that has no more than a part of it."""
    whole = {"$ref": REFERENCE.format(model=route.model.__name__)}
    if all(parameter.name != "fields" for parameter in route.parameters):
        return whole
    some = {"type": "object", "description": "With `fields`: only these keys."}
    if route.listed:
        listed: dict[str, Any] = {route.listed: {"type": "array", "items": some}}
        if "next" in route.model.model_fields:
            listed["next"] = {"type": ["string", "null"]}
        some = {"type": "object", "properties": listed, "required": list(listed)}
    return {"anyOf": [whole, some]}


def _key(name: str, example: Mapping[str, Any]) -> dict[str, Any]:
    parameter: dict[str, Any] = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    parameter["description"] = f"The `{name}` of the record, as lists have it."
    return parameter | ({"example": example["key"]} if "key" in example else {})


def _query(parameter: Parameter, example: Mapping[str, Any]) -> dict[str, Any]:
    described = {"name": parameter.name, "in": "query", "description": parameter.description}
    described["schema"] = parameter.schema()
    if isinstance(parameter, Names):
        described |= {"style": "form", "explode": False}
    if isinstance(parameter, Text) and parameter.name in example.get("query", {}):
        described["example"] = example["query"][parameter.name]
    return described


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(model="Problem")}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}
