"""What becomes of the program and of what was typed when the line of an officer on ssh drops."""

from __future__ import annotations

from pathlib import Path

import pytest
from drops import DOINGS, Drop, WAYS
from sshd import lacking
from wan import NoLine

OFTEN = {
    ("client killed", "typing"),
    ("line frozen", "dialog"),
    ("sshd killed", "drawing"),
    ("SIGTERM", "syncing"),
    ("terminal closed", "editor"),
}
"""Each way and nearly each doing once."""


def happens(way: str, doing: str, folder: Path, sample: Path) -> None:
    if words := lacking():
        pytest.skip(words)
    try:
        fate = Drop(way, doing, folder, sample).happen()
    except NoLine as cause:
        pytest.skip(str(cause))
    print(f"{way} while {doing}: noticed after {fate.noticed:.2f} s, gone {fate.gone:.2f} s later, kept {fate.kept}")


@pytest.mark.parametrize(("way", "doing"), sorted(OFTEN))
def test_a_line_that_drops(way: str, doing: str, tmp_path: Path, sample: Path) -> None:
    happens(way, doing, tmp_path, sample)


@pytest.mark.campaign
@pytest.mark.parametrize("doing", DOINGS)
@pytest.mark.parametrize("way", WAYS)
def test_every_drop_in_everything_that_goes_on(way: str, doing: str, tmp_path: Path, sample: Path) -> None:
    happens(way, doing, tmp_path, sample)
