"""YAML, TOML or JSON in, a table of plain values out, with the line of each key.

The handlers are those of python-frontmatter with three things added: the lines of the keys, values that are never
larger or stranger than what JSON holds, and reasons in words for the author of the notes. Numbers and dates that would
change when written back stay as they are written: `3.10` and `2024-03-19 10:00` are texts.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from itertools import count
from typing import Any

import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, SafeLoader, YAMLHandler

MAX_VALUES = 20_000  # an alias used ten times in an alias used ten times … has ten thousand values in five lines
MAX_DEPTH = 40
_TOO_MUCH = "this has too many values, or values nested too deeply"

_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_DECIMAL = re.compile(r"-?\d{1,12}\.\d{1,12}")
_TOML_KEY = re.compile(r"""[ \t]*(?:\[+[ \t]*)?["']?([\w-]+)["']?[ \t]*[=.\]]""")
_TOML_PART = r"""(?:"[^"\n]{0,80}"|'[^'\n]{0,80}'|[\w-]{1,80})"""
_TOML_TOO_DEEP = re.compile(rf"(?<![\w-])(?:{_TOML_PART}[ \t]{{0,9}}\.[ \t]{{0,9}}){{{MAX_DEPTH}}}")  # a.b.c.d.e…
_TOML_LINE = re.compile(r"\(at line (\d+),")
_TOML_PLACE = re.compile(r" \(at .*\)")
_JSON_KEY = re.compile(r'"([^"\n]{1,200})"\s*:')

# What libyaml says, and what that means to the author of the notes.
_YAML_REASONS = (
    ("mapping values are not allowed", 'a value with ": " in it needs quotes around it'),
    ("cannot start any token", "a value that begins with this character needs quotes around it"),
    ("could not find expected ':'", "this line has no key before a colon"),
    ("did not find expected key", "this line does not fit the lines above it: look at its indentation and quotes"),
    ("did not find expected ',' or ']'", "a list in [brackets] is not closed"),
    ("did not find expected ',' or '}'", "a mapping in {braces} is not closed"),
    ("found unexpected end of stream", "a quote is not closed"),
    ("undefined alias", "a value that begins with * needs quotes around it"),
)
_REPORTED_AT_ITS_START = ("could not find expected", "found unexpected end of stream", "expected ',' or")


class Unreadable(Exception):
    """Why a text is not in the format that it should be in; `line` counts from 0 at its start."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(slots=True)
class Table:
    """Keys in lower case with their values, and the line of each key, counted from 0 at the start of the text.

    `repeated` names the keys that are there more than once, of which the last one counts, with the line of that one.
    """

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    repeated: list[tuple[str, int]] = field(default_factory=list)

    def put(self, key: str, value: Any, line: int) -> None:
        key = key.strip().lower()
        if key in self.values:
            self.repeated.append((key, line))
        self.values[key] = value
        self.lines[key] = line


def read_yaml(text: str) -> Table | None:
    """The mapping that a YAML text is; None for another value. Raises Unreadable."""
    try:
        table = _LinedYAMLHandler().load(text)
    except yaml.MarkedYAMLError as error:
        raise _yaml_reason(error, text) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = text.count("\n", 0, getattr(error, "position", 0))
        raise Unreadable("this is nested too deeply or has characters that YAML does not allow", line) from None
    return table if isinstance(table, Table) else None


def read_toml(text: str) -> Table:
    """The table that a TOML text is. Raises Unreadable."""
    if deep := _TOML_TOO_DEEP.search(text):  # which Python would read, in quadratic time
        raise Unreadable(_TOO_MUCH, text.count("\n", 0, deep.start()))
    try:
        values = _TOMLHandler().load(text)
    except (ValueError, RecursionError) as error:
        place = _TOML_LINE.search(str(error))
        reason = _TOML_PLACE.sub("", str(error)) if place else "this is not TOML"
        raise Unreadable(reason[:1].lower() + reason[1:], int(place[1]) - 1 if place else text.count("\n")) from None
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n")):
        if key := _TOML_KEY.match(line):
            lines.setdefault(key[1], number)
    return _table(values, lines)


def read_json(text: str) -> Table:
    """The object that a JSON text is. Raises Unreadable."""
    try:
        values = JSONHandler().load(text, parse_int=_number, parse_float=_number, parse_constant=str)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "this is nested too deeply or is not JSON")
        raise Unreadable(reason[:1].lower() + reason[1:], getattr(error, "lineno", 1) - 1) from None
    if not isinstance(values, dict):
        raise Unreadable("this is not an object in {braces}")
    lines: dict[str, int] = {}
    line = counted = 0
    for key in _JSON_KEY.finditer(text):
        line, counted = line + text.count("\n", counted, key.start()), key.start()
        lines.setdefault(key[1], line)
    return _table(values, lines)


class _LinedLoader(SafeLoader):  # type: ignore[misc, valid-type]
    """Gives a Table for a mapping. Tags such as `!!python/object` mean nothing here: nothing but texts is made."""

    def construct_document(self, node: yaml.Node) -> Table | None:
        if not isinstance(node, yaml.MappingNode):
            return None
        table, counter = Table(), count(1)
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                table.put(key.value, _yaml_value(value, counter), key.start_mark.line)
        return table


class _LinedYAMLHandler(YAMLHandler):
    def load(self, fm: str, **kwargs: object) -> Any:
        return super().load(fm, Loader=_LinedLoader)


class _TOMLHandler(BaseHandler):
    """The handler that comes with python-frontmatter wants the package `toml`; Python has its own reader."""

    FM_BOUNDARY = re.compile(r"^\+{3,}\s*$", re.MULTILINE)
    START_DELIMITER = END_DELIMITER = "+++"

    def load(self, fm: str) -> dict[str, Any]:
        return tomllib.loads(fm)


def _yaml_value(node: yaml.Node, counter: Iterator[int], depth: int = 1) -> Any:
    _check_size(next(counter), depth)
    if "python/" in node.tag:
        raise Unreadable("a value that begins with !!python is not made here", node.start_mark.line)
    if isinstance(node, yaml.SequenceNode):
        return [_yaml_value(item, counter, depth + 1) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        pairs = [(key.value, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
        return {key: _yaml_value(value, counter, depth + 1) for key, value in pairs}
    return _yaml_scalar(node.tag.rpartition(":")[2], node.value)


def _yaml_scalar(tag: str, text: str) -> Any:
    """A value as YAML 1.2 has it: `country: NO` is no boolean, `start: 10:30` no number, a date is a text."""
    if tag == "null":
        return None
    if tag == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return _number(text) if tag in ("int", "float") else text


def _number(text: str) -> int | float | str:
    """The number when it is written as Python would write it, else the text: versions and huge numbers stay whole."""
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    return text


def _table(values: Mapping[str, Any], lines: Mapping[str, int]) -> Table:
    table, counter = Table(), count(1)
    for key, value in values.items():
        table.put(key, _plain(value, counter), lines.get(key, 0))
    return table


def _plain(value: Any, counter: Iterator[int], depth: int = 1) -> Any:
    _check_size(next(counter), depth)
    if isinstance(value, dict):
        return {key: _plain(item, counter, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, counter, depth + 1) for item in value]
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > 10**15):
        return _number(str(value))
    return value


def _check_size(number: int, depth: int) -> None:
    if number > MAX_VALUES or depth > MAX_DEPTH:
        raise Unreadable(_TOO_MUCH)


def _yaml_reason(error: yaml.MarkedYAMLError, text: str) -> Unreadable:
    problem = error.problem or ""
    at_start = any(phrase in problem for phrase in _REPORTED_AT_ITS_START)
    mark = (error.context_mark if at_start else None) or error.problem_mark or error.context_mark
    lines = text.split("\n")
    number = min(mark.line if mark else 0, len(lines) - 1)
    if "\t" in lines[number]:
        return Unreadable("YAML is indented with spaces, not with tabs", number)
    reason = next((reason for phrase, reason in _YAML_REASONS if phrase in problem), problem or "this is not YAML")
    return Unreadable(reason, number)
