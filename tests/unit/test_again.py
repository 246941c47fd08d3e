"""Which tests are not measured since others reach the same."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import again
import pytest


def steps(*numbers: int) -> set[again.Step]:
    return {("a.py", one, one + 1) for one in numbers}


def test_of_tests_that_reach_the_same_the_cheapest_is_measured() -> None:
    tests = {"a dear one": steps(*range(100)), "cheap": steps(*range(100)), "other": steps(*range(90, 300))}
    assert again.repeating(tests, {"a dear one": 3.0, "cheap": 0.5, "other": 1.0}) == {"a dear one"}


def test_what_takes_no_time_is_measured_and_spares_others() -> None:
    tests = {"quick": steps(*range(50)), "long": steps(*range(55))}
    assert again.repeating(tests, {"quick": 0.01, "long": 1.0}) == {"long"}


def test_a_test_is_named_alone_when_all_of_its_cases_repeat() -> None:
    every = {"x::one[a]", "x::one[b]", "x::two[a]", "x::two[b]"}
    assert again.shortened({"x::one[a]", "x::one[b]", "x::two[b]"}, every) == {"x::one", "x::two[b]"}


def test_a_test_that_is_not_named_is_measured() -> None:
    names = frozenset({"x/test_x.py::one", "x/test_x.py::two[b]"})
    assert again.is_named("tests/x/test_x.py::one[new]", names)
    assert again.is_named("tests/x/test_x.py::two[b]", names)
    assert not again.is_named("tests/x/test_x.py::two[a]", names)
    assert not again.is_named("tests/x/test_x.py::renamed", names)


def test_what_imports_and_fixtures_reach_is_everybodys(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data")) as made:
        made.executescript("""
            CREATE TABLE file (id, path); INSERT INTO file VALUES (1, 'a.py');
            CREATE TABLE context (id, context);
            INSERT INTO context VALUES (1, ''), (2, 'tests/x.py::one|setup'), (3, 'tests/x.py::one|run');
            CREATE TABLE arc (file_id, context_id, fromno, tono);
            INSERT INTO arc VALUES (1, 1, 1, 2), (1, 2, 2, 3), (1, 3, 1, 2), (1, 3, 2, 3), (1, 3, 3, 4);
        """)
        made.commit()
    assert again.reached(tmp_path / "data") == {"x.py::one": steps(3)}


def test_the_names_of_one_folder_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "LIST", tmp_path / "again.txt")
    again.LIST.write_text("x/t.py::gone\ny/t.py::stays\n")
    again.rename(["tests/x"], {"x/t.py::a": steps(1), "x/t.py::b": steps(1)}, {"x/t.py::a": 1.0, "x/t.py::b": 0.01})
    assert again.LIST.read_text() == "x/t.py::a\ny/t.py::stays\n"


def test_folders_are_taken_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "LIST", tmp_path / "again.txt")
    again.LIST.write_text("")
    again.rename(["tests/x", "tests/y/"], {"x/t.py::a": steps(1), "y/t.py::b": steps(1)}, {"x/t.py::a": 1.0})
    assert again.LIST.read_text() == "x/t.py::a\n"


@pytest.mark.no_cover
def test_what_is_not_to_be_measured_is_not(pytestconfig: pytest.Config) -> None:
    if not pytestconfig.pluginmanager.hasplugin("_cov"):
        pytest.skip("nothing is measured")
    assert sys.gettrace() is None
