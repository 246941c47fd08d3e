"""Every rule of the sync names the tests that show it, and they are there (``README.md`` beside this file)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

RULES = Path(__file__).with_name("README.md")
TESTS = Path(__file__).parents[1]
WANTED = [*(f"S{n}" for n in range(1, 8)), *(f"C{n}" for n in range(1, 14)), *(f"U{n}" for n in range(1, 5))]


def rules() -> dict[str, list[str]]:
    """The tests by rule."""
    rows = re.findall(r"^\| ([SCU]\d+) \| [^|]+ \| ([^|]+) \|$", RULES.read_text(), re.MULTILINE)
    return {rule: re.findall(r"`(\w+)`", tests) for rule, tests in rows}


def found() -> set[str]:
    """The names of all tests."""
    here = re.compile(r"^ *(?:async )?def test_(\w+)\(", re.MULTILINE)
    return {name for path in TESTS.rglob("test_*.py") for name in here.findall(path.read_text())}


@pytest.mark.no_cover
def test_each_rule_has_tests_and_they_are_there() -> None:
    named, there = rules(), found()
    assert list(named) == WANTED
    assert all(named.values())
    assert {rule: gone for rule, tests in named.items() if (gone := [one for one in tests if one not in there])} == {}
