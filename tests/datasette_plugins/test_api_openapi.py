"""The OpenAPI document says what the API does: every route, parameter and answer."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from talkdex.datasette_plugins.rest.routes import ROUTES, Route


@pytest.fixture(scope="module")
def document(site: httpx.Client) -> dict[str, Any]:
    return site.get("/api/v1/openapi.json").json()


def operation(document: dict[str, Any], route: Route) -> dict[str, Any]:
    return document["paths"][route.path]["get"]


def mistakes(document: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    validator = Draft202012Validator({**schema, "components": document["components"]})
    return [error.message for error in validator.iter_errors(value)]


def address(document: dict[str, Any], route: Route) -> str:
    """The route with the key of the example in it."""
    path = route.path
    for parameter in operation(document, route)["parameters"]:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(parameter["example"], safe=""))
    return document["servers"][0]["url"] + path


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_answers_and_examples_are_as_the_document_says(
    site: httpx.Client, document: dict[str, Any], route: Route
) -> None:
    response = site.get(address(document, route))
    media = operation(document, route)["responses"]["200"]["content"][response.headers["content-type"].split(";")[0]]
    whole = media["schema"].get("anyOf", [media["schema"]])[0]
    assert mistakes(document, whole, response.json()) == []
    assert mistakes(document, whole, media["example"]) == []
    assert mistakes(document, whole, {}) != [], "a schema that takes anything"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_examples_are_real(site: httpx.Client, document: dict[str, Any], route: Route) -> None:
    query = {
        parameter["name"]: parameter["example"]
        for parameter in operation(document, route)["parameters"]
        if parameter["in"] == "query" and "example" in parameter
    }
    answer = site.get(address(document, route), params=query).json()
    media = operation(document, route)["responses"]["200"]["content"]["application/json"]
    assert media["example"].keys() == answer.keys()
    for records in ("items", "hits"):
        if records in answer:
            assert media["example"][records][0].keys() == answer[records][0].keys()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_bounds_are_those_of_the_document(site: httpx.Client, document: dict[str, Any], route: Route) -> None:
    path = address(document, route)
    known = [parameter for parameter in operation(document, route)["parameters"] if parameter["in"] == "query"]
    for parameter in known:
        assert parameter["description"].endswith((".", "…"))
        schema = parameter["schema"]
        if schema["type"] == "integer":
            good, bad = [schema["minimum"], schema["maximum"]], [schema["minimum"] - 1, schema["maximum"] + 1, "x"]
        elif "enum" in schema:
            good, bad = schema["enum"], ["no such word", ""]
        elif "enum" in schema.get("items", {}):
            good, bad = [",".join(schema["items"]["enum"])], ["no such word", "a,,b", ""]
        else:
            good, bad = ["kafk"], ["ka fk"] if "pattern" in schema else []
        for value in good:
            assert site.get(path, params={parameter["name"]: value}).status_code == 200
        for value in bad:
            problem = site.get(path, params={parameter["name"]: value})
            assert (problem.status_code, problem.json()["parameter"]) == (400, parameter["name"])
            schema = document["components"]["responses"]["400"]["content"]["application/problem+json"]["schema"]
            assert mistakes(document, schema, problem.json()) == []
    assert site.get(path, params={"no-such": "1"}).status_code == 400


def test_keys_are_examples_of_the_database_at_hand(site: httpx.Client, document: dict[str, Any]) -> None:
    parameter = document["paths"]["/talks/{slug}"]["get"]["parameters"][0]
    assert parameter["example"] in {talk["slug"] for talk in site.get("/api/v1/talks").json()["items"]}
