"""Datasette's `hookimpl` for our plugin files, inert where a file is loaded a second time.

With `datasette --plugins-dir datasette_plugins` each file is loaded under its file name ("pages.py"), beside the module
that the installed package registers by its entry point. Only one of the two may answer, or every link in the menu is
there twice."""

from collections.abc import Callable
from typing import Any, TypeVar

import datasette
from datasette.plugins import pm

PACKAGE = "talkdex.datasette_plugins"

Function = TypeVar("Function", bound=Callable[..., Any])


def hookimpl(function: Function) -> Function:
    """Marks a plugin hook, unless it stands in the copy of a module that is registered already. Hooks that this version
    of Datasette does not have are never called."""
    if _is_copy(function.__module__):
        return function
    return datasette.hookimpl(function, optionalhook=not hasattr(pm.hook, function.__name__))


def _is_copy(module: str) -> bool:
    registered = {getattr(plugin, "__name__", None) for plugin in pm.get_plugins()}
    return not module.startswith(PACKAGE) and f"{PACKAGE}.{module.removesuffix('.py')}" in registered
