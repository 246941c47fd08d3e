"""What each event costs on the line: bytes of the real program at 120x40 in true colour, dependent panes and all.

``pytest -m bench tests/terminal/test_bytes.py -s`` prints them beside those of the same app with stock output.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from day import CTRL_P, DOWN, ENTER, ESC, PAGE_DOWN, TAB
from pseudo import Terminal
from reference import cells, reference

from akk_tui.contract.limits import NOTE_BYTES

SHARE, MORE = 1.3, 64
"""Of the reference encoder's bytes, and bytes beside."""
LINE = "Rapat dengan *BKPSDM* tentang kepatuhan LHKPN: 412 dari 429 wajib lapor.\n"


class Cost(NamedTuple):
    """Bytes of an event: written, and by the reference encoder for the cells that changed."""

    written: int
    reference: int


class Meter:
    """An app whose events are weighed."""

    def __init__(self, app: Terminal) -> None:
        self.app = app
        self.costs: dict[str, Cost] = {}

    def go(self, keys: str, shown: str | Callable[[str], object]) -> None:
        """Type what is not weighed, and wait for what it brings."""
        self.app.send(keys)
        self.app.wait(shown)
        self.app.settle(0.3)

    def weigh(self, name: str, keys: str, limit: int, shown: str = "") -> None:
        """Type and count what is written until nothing more comes, and ``shown`` stands on the screen."""
        before, count = cells(self.app.screen), len(self.app.raw)
        self.app.send(keys)
        assert self.app.read(20), f"nothing was written for {name}"
        self.app.wait(shown)
        self.app.settle(0.4)
        cost = Cost(len(self.app.raw) - count, reference(before, cells(self.app.screen)))
        self.costs[name] = cost
        if limit:
            assert cost.written <= limit, (name, cost)
            assert cost.written <= SHARE * cost.reference + MORE, (name, cost)


def weigh_all(app: Terminal, *, limits: bool) -> dict[str, Cost]:
    """The events of the day, each within its limit where ``limits`` count."""

    def most(limit: int) -> int:
        return limit if limits else 0

    meter = Meter(app)
    app.wait("(25)")
    app.settle(0.6)
    first = len(app.raw)
    if limits:
        assert first <= 20_000
    meter.costs["first screen"] = Cost(first, reference(cells(type(app.screen)(120, 40)), cells(app.screen)))
    meter.weigh("palette opens", CTRL_P, most(20_000), "Perintah")
    meter.weigh("palette closes", ESC, most(20_000))
    meter.go("2", "19 daerah ·")
    meter.weigh("down in regions", DOWN, most(900))
    meter.weigh("mouse over a table", "\x1b[<35;20;12M", most(600))
    meter.weigh("mouse over another row", "\x1b[<35;30;9M", most(600))
    meter.weigh("a region opens", ENTER, most(20_000), "Nilai resmi")
    meter.weigh("down in a region, with its pane", DOWN, most(4_000))
    meter.go(ESC, "19 daerah ·")
    meter.go("3", "menurut OPD")
    meter.weigh("down in the checklist", DOWN, most(900))
    meter.weigh("page down in the checklist", PAGE_DOWN, most(9_000))
    meter.weigh("page down again", PAGE_DOWN, most(9_000))
    for _row in range(40):
        # One after the other: each is answered before the next.
        app.send(DOWN)
        assert app.read(20)
    app.settle()
    meter.weigh("scrolling one row", DOWN, most(900))
    meter.weigh("scrolling one more", DOWN, most(900))
    meter.go("4", "Dibuat")
    meter.weigh("down in the notes", DOWN, most(900))
    meter.go(f"n35.72{ENTER}{ENTER}Monev", "Monev")
    lines = (NOTE_BYTES - 2_000) // len(LINE)
    meter.go(f"{TAB}{TAB}\x1b[200~{LINE * lines}\x1b[201~", "kepatuhan LHKPN")
    meter.weigh("a letter at the end of 32 kB", "x", most(500))
    meter.weigh("one more", "y", most(500))
    meter.weigh("a new line at the end", ENTER, most(4_000))
    meter.weigh("up in the editor", "\x1b[A", most(900))
    meter.weigh("a letter within", "z", most(500))
    meter.weigh("a new line within", ENTER, most(4_000))
    meter.go("\x1b[1;5H", "kepatuhan LHKPN")
    meter.weigh("a letter at the beginning of 32 kB", "x", most(500))
    meter.weigh("a new line at the beginning", ENTER, most(4_000))
    return meter.costs


def test_every_event_is_within_its_limit(open_sample: Callable[..., Terminal]) -> None:
    weigh_all(open_sample(), limits=True)


MINUTE, REST = 60.0, 35.0
IDLE_SHARE = 0.002
"""Of a core."""


def used(app: Terminal) -> float:
    """Seconds of a core that the program has used."""
    fields = Path(f"/proc/{app.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.campaign
@pytest.mark.parametrize("keys", ["1", "2", "2" + ENTER, "3", "4", "5", "6", "7", CTRL_P, "?", "4e"])
def test_nothing_is_written_in_a_minute_on_any_screen(open_sample: Callable[..., Terminal], keys: str) -> None:
    app = open_sample()
    app.wait("(25)")
    app.settle()
    for key in keys:
        app.send(key)
        app.settle()
    # Once, in the first pause, memory is looked through.
    assert not app.read(REST)
    before = used(app)
    assert not app.read(MINUTE)
    share = (used(app) - before) / MINUTE
    print(f"{keys!r:10} {share * 100:.2f} % of a core")
    assert share <= IDLE_SHARE


@pytest.mark.bench
def test_bytes_beside_those_of_stock_output(open_sample: Callable[..., Terminal]) -> None:
    found: list[dict[str, Cost]] = []
    for env in ({}, {"AKK_OUTPUT": "stock"}):
        found.append(weigh_all(open_sample(**env), limits=False))
    print()
    for name, cost in found[0].items():
        print(f"{name:40} {cost.written:8,} stock {found[1][name].written:9,} reference {cost.reference:8,}")
