"""Query parameters as a route declares them: what was given in, a checked value or BadParameter out."""

import difflib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from talkdex.datasette_plugins.rest.sorting import Position

ID_BYTES = 8
CURSOR = re.compile("^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2,3})?$")  # Base64: all of these are positions


class BadParameter(Exception):
    """A query parameter that the request may not have, or not with this value."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail)
        self.name = name


@dataclass(frozen=True)
class Parameter:
    """Base of all. `schema` is JSON Schema, and `read` takes what was given under the name, if anything."""

    name: str
    description: str

    def schema(self) -> dict[str, Any]:
        raise NotImplementedError

    def read(self, given: Sequence[str]) -> Any:
        raise NotImplementedError

    def only(self, given: Sequence[str]) -> str | None:
        """The value of a parameter that may be given once."""
        if len(given) > 1:
            raise BadParameter(self.name, f"{self.name} may be given once.")
        return given[0] if given else None


@dataclass(frozen=True)
class Text(Parameter):
    """Any text; empty where it is not given."""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "default": ""}

    def read(self, given: Sequence[str]) -> str:
        return self.only(given) or ""


@dataclass(frozen=True)
class Number(Parameter):
    """A whole number from `least` to `most`."""

    default: int
    least: int
    most: int

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "default": self.default, "minimum": self.least, "maximum": self.most}

    def read(self, given: Sequence[str]) -> int:
        text = self.only(given)
        if text is None:
            return self.default
        if not (text.isascii() and text.isdecimal() and len(text) < 20 and self.least <= int(text) <= self.most):
            raise BadParameter(self.name, f"{self.name} is a number from {self.least} to {self.most}.")
        return int(text)


@dataclass(frozen=True)
class Choice(Parameter):
    """One of some words; the first where it is not given."""

    words: tuple[str, ...]

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "default": self.words[0], "enum": list(self.words)}

    def read(self, given: Sequence[str]) -> str:
        text = self.only(given)
        if text is None:
            return self.words[0]
        if text not in self.words:
            raise BadParameter(self.name, f"{self.name} is {_either(self.words)}.")
        return text


@dataclass(frozen=True)
class Values(Parameter):
    """Texts of which a record has to have one: `?tag=sqlite&tag=postgres`."""

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}}

    def read(self, given: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(given))


@dataclass(frozen=True)
class Names(Parameter):
    """Some of the known names, at least one, with commas between them; `default` where it is not given."""

    known: tuple[str, ...]
    default: tuple[str, ...] | None = field(default=None)

    def schema(self) -> dict[str, Any]:
        default = {"default": list(self.default)} if self.default else {}
        return {"type": "array", "items": {"type": "string", "enum": list(self.known)}, "minItems": 1, **default}

    def read(self, given: Sequence[str]) -> tuple[str, ...] | None:
        text = self.only(given)
        if text is None:
            return self.default
        names = tuple(dict.fromkeys(text.split(",")))
        for name in names:
            if name not in self.known:
                raise BadParameter(self.name, f"{self.name} has no {name!r}.{_nearest(name, self.known)}")
        return names


@dataclass(frozen=True)
class Cursor(Parameter):
    """The position at which a part of a list ended, as `cursor` makes it."""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": CURSOR.pattern}

    def read(self, given: Sequence[str]) -> Position | None:
        text = self.only(given)
        if not text:
            return None
        if not CURSOR.fullmatch(text):
            raise BadParameter(self.name, f"{self.name} is what `next` of an answer has, and nothing else.")
        told = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return Position(told[ID_BYTES:].decode("utf-8", "replace"), int.from_bytes(told[:ID_BYTES], signed=True))


def cursor(position: Position) -> str:
    """What to ask for `after` to go on from a position."""
    told = position.id.to_bytes(ID_BYTES, signed=True) + position.sorted_by.encode("utf-8")
    return urlsafe_b64encode(told).decode("ascii").rstrip("=")


def given(request: Any) -> dict[str, list[str]]:
    """The query of a request: all values of each name."""
    return {name: request.args.getlist(name) for name in request.args}


def read_all(parameters: Sequence[Parameter], given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The value of each parameter. Raises BadParameter for the first that is not known, naming the nearest that is, or
    that may not have its value."""
    known = [parameter.name for parameter in parameters]
    for name in given:
        if name not in known:
            raise BadParameter(name, f"There is no parameter {name!r} here.{_nearest(name, known)}")
    return {parameter.name: parameter.read(given.get(parameter.name, ())) for parameter in parameters}


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]!r}?" if near else f" Known are: {', '.join(sorted(known)) or 'none'}."


def _either(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
