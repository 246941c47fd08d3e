"""Tests that reach nothing which cheaper ones do not reach: they run without being measured.

Measuring makes a test half as long again, and most of what most tests go over others went over. ``again.txt`` names
these tests and cases; one that it does not name is measured, so a test that is new or has another name is. To name
those of some folders anew, after ``pip install -e '.[dev]'``::

    .venv/bin/python tests/again.py tests/store tests/ui

It runs the folders' tests with all of them measured, and takes them together: what a cheap test of one reaches a dear
one of another need not. What it does not run stays as it was named.
"""

from __future__ import annotations

import heapq
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LIST = TESTS / "again.txt"
CHEAP = 0.03
"""Seconds; what takes no longer is measured whatever it reaches: to name it would be worth nothing."""
WORTH = 10
"""Steps from line to line that a second of a test has to add. One that adds fewer is not measured."""

Step = tuple[str, int, int]


def named() -> frozenset[str]:
    """Tests as ``ui/test_x.py::test_y`` and cases as ``ui/test_x.py::test_y[z]``; none when all are to be measured."""
    return frozenset() if os.environ.get("AKK_MEASURE") else frozenset(LIST.read_text(encoding="utf-8").splitlines())


def is_named(nodeid: str, names: frozenset[str]) -> bool:
    """Whether a case or its whole test is named."""
    name = plain(nodeid)
    return name in names or name.partition("[")[0] in names


def plain(nodeid: str) -> str:
    """A test's name below ``tests`` in one line of ASCII, which pytest gives to all but odd ones anyway."""
    return nodeid.removeprefix("tests/").encode("unicode_escape").decode()


class Timed:
    """Keeps how many seconds of CPU each test itself takes, and the threads of this process meanwhile."""

    def __init__(self) -> None:
        import time

        self._clock = time.process_time
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> object:  # type: ignore[misc]
        before = self._clock()
        try:
            return (yield)
        finally:
            self.seconds[plain(item.nodeid)] = self._clock() - before


def reached(data: Path) -> dict[str, set[Step]]:
    """What each test reaches that neither an import nor the making of its parts does, since those are measured."""
    joined = "arc JOIN file ON file.id = file_id JOIN context ON context.id = context_id"
    tests: dict[str, set[Step]] = {}
    anyway: set[Step] = set()
    with closing(sqlite3.connect(data)) as connection:
        for context, path, start, end in connection.execute(f"SELECT context, path, fromno, tono FROM {joined}"):
            name, _, when = context.rpartition("|")
            steps = tests.setdefault(plain(name), set()) if when == "run" else anyway
            steps.add((path, start, end))
    return {name: steps - anyway for name, steps in tests.items()}


def repeating(tests: dict[str, set[Step]], seconds: dict[str, float]) -> set[str]:
    """What is left when the test that adds most for its time is taken until none adds enough for its time."""
    left = {name: steps for name, steps in tests.items() if seconds.get(name, 0) > CHEAP}
    seen: set[Step] = set().union(*(steps for name, steps in tests.items() if name not in left))

    def worth(name: str) -> float:
        return len(left[name] - seen) / seconds[name]

    heap = [(-worth(name), name) for name in left]
    heapq.heapify(heap)
    while heap:
        before, name = heapq.heappop(heap)
        now = worth(name)
        if now < -before:
            heapq.heappush(heap, (-now, name))
        elif now < WORTH:
            break
        else:
            seen |= left.pop(name)
    return set(left)


def shortened(repeat: set[str], every: set[str]) -> set[str]:
    """A test by its name alone when all of its cases repeat."""
    measured = {name.partition("[")[0] for name in every - repeat}
    return {test if (test := name.partition("[")[0]) not in measured else name for name in repeat}


def main(folders: Sequence[str]) -> None:
    """Run the tests of folders, all of them measured, and name anew those that repeat."""
    with tempfile.TemporaryDirectory() as made:
        times = Path(made) / "times"
        environment = {**os.environ, "AKK_MEASURE": "all", "COVERAGE_FILE": str(Path(made) / "data")}
        measured = ["--cov=akk_tui", "--cov-branch", "--cov-report=", "--cov-context=test"]
        words = [sys.executable, __file__, "--run", str(times), "-n", "0", *measured, *folders]
        subprocess.run(words, env=environment, check=False)
        rename(folders, reached(Path(made) / "data"), json.loads(times.read_text()))


def rename(folders: Sequence[str], tests: dict[str, set[Step]], seconds: dict[str, float]) -> None:
    """Write the list with the names of folders, each as ``tests/x``, made anew."""
    below = tuple(one.rstrip("/").removeprefix("tests").removeprefix("/") + "/" for one in folders)
    lines = LIST.read_text(encoding="utf-8").splitlines()
    kept = {name for name in lines if not name.startswith(below)}
    names = kept | shortened(repeating(tests, seconds), set(tests))
    LIST.write_text("".join(f"{name}\n" for name in sorted(names)), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "--run":
        timed = Timed()
        ended = pytest.main(sys.argv[3:], plugins=[timed])
        Path(sys.argv[2]).write_text(json.dumps(timed.seconds))
        raise SystemExit(ended)
    main(sys.argv[1:])
