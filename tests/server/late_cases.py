"""Requests of schemathesis made where they are sent: it takes seconds, in every process that collects tests."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from schemathesis.pytest import _test_builder

_build = _test_builder.build_operation_test


def _later(*, test_func: Callable[..., None], **more: Any) -> Callable[..., None]:
    """A function with the fixtures of ``test_func``; :func:`make` puts the test in its place."""

    @functools.wraps(test_func)
    def unmade(**_fixtures: object) -> None:
        raise AssertionError("the requests were not made")

    signature = inspect.signature(test_func)
    fixtures = [one for name, one in signature.parameters.items() if name != "case"]
    unmade.__signature__ = signature.replace(parameters=fixtures)  # type: ignore[attr-defined]
    unmade.made_late = functools.cache(lambda: _build(test_func=test_func, **more))  # type: ignore[attr-defined]
    return unmade


def use() -> None:
    """Let tests of a schema in this process be made so; their folder's ``conftest`` calls :func:`make`."""
    _test_builder.build_operation_test = _later


def make(item: pytest.Item) -> None:
    """Make the requests of a test that is about to run, once for all databases."""
    if isinstance(item, pytest.Function) and (made := getattr(item.obj, "made_late", None)):
        item.obj = made()
