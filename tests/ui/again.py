"""Tests of screens that reach next to nothing which others do not reach: they run without being measured.

Measuring makes a test half as long again, and most keys of most tests go over what others went over. ``again.txt``
names these tests; one that it does not name is measured. To name them anew::

    AKK_MEASURE=all .venv/bin/pytest -n 2 --cov=akk_tui --cov-branch --cov-report= --cov-context=test tests/ui
    .venv/bin/python tests/ui/again.py .coverage
"""

from __future__ import annotations

import heapq
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

LIST = Path(__file__).with_name("again.txt")
FEW = 5
"""Steps from line to line; a test that adds fewer to those of the measured ones is not measured."""

Step = tuple[str, int, int]


def named() -> frozenset[str]:
    """The tests without their cases, as ``test_ui_x.py::test_y``; none when all are to be measured."""
    return frozenset() if os.environ.get("AKK_MEASURE") == "all" else frozenset(LIST.read_text().split())


def reached(data: Path) -> dict[str, set[Step]]:
    """What each test has reached; what the import of a module reaches is everybody's."""
    joined = "arc JOIN file ON file.id = file_id JOIN context ON context.id = context_id"
    found: dict[str, set[Step]] = {}
    with closing(sqlite3.connect(data)) as connection:
        for context, path, start, end in connection.execute(f"SELECT context, path, fromno, tono FROM {joined}"):
            name = context.rpartition("|")[0].partition("[")[0].removeprefix("tests/ui/")
            found.setdefault(name, set()).add((path, start, end))
    imported = found.pop("", set())
    return {name: steps - imported for name, steps in found.items()}


def repeating(tests: dict[str, set[Step]]) -> list[str]:
    """The tests that are left when the one that adds most is taken until none adds more than a few steps."""
    left = dict(tests)
    heap = [(-len(steps), name) for name, steps in left.items()]
    heapq.heapify(heap)
    seen: set[Step] = set()
    while heap:
        adds, name = heapq.heappop(heap)
        now = len(left[name] - seen)
        if now < -adds:
            heapq.heappush(heap, (-now, name))
        elif now < FEW:
            break
        else:
            seen |= left.pop(name)
    return sorted(left)


if __name__ == "__main__":
    every: dict[str, set[Step]] = {}
    for one in sys.argv[1:]:
        for test, steps in reached(Path(one)).items():
            every.setdefault(test, set()).update(steps)
    LIST.write_text("".join(f"{name}\n" for name in repeating(every)))
