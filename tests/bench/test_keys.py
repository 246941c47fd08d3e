"""Keys in the real app over a whole country and ten cycles while a sync of many rows runs in the background.

A real server on loopback holds 514 regions × 10 cycles; the app, in a pseudo terminal, holds one cycle and fetches the
others in its own child process while keys are pressed on its screens; keys count only while it fetches. Each key is
timed to the frame that stays. The first time the day is typed, each key takes turns with a cursor key in a stock table
of 500 rows; each that opens something, with a stock app that opens a screen with a table of as many rows as there are
regions. Then the day is typed again as long as the sync fetches. Run with
``pytest -m bench tests/bench/test_keys.py -s``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "e2e"))

import encrypted
from programs import clean_env, Home, ServerProcess
from seeded import load, OFFICER
from test_first_frame import REFERENCE
from timed import Answer, Box, TimedTerminal

from akk_tui.store.store import Store

pytestmark = pytest.mark.bench

CYCLES, NOTES = 10, 100_000
LIMIT_MS, SHARE = 50.0, 0.95
STOCK_SCREEN = """
from textual.app import App
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Header, Static
class Regions(Screen):
    BINDINGS = [("b", "app.pop_screen", "Back")]
    def compose(self):
        yield Header()
        yield DataTable(cursor_type="row")
        yield Footer()
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("Region", "Code", "Province", "Stage", "Score", "Gap", "Criteria", "Late", "Forecast")
        table.add_rows(
            (f"Region {row:03}", f"{row // 20 + 11}.{row % 20:02}", f"Province {row % 38}", ("ready", "late")[row % 2],
             f"{(row * 37) % 101}", f">{row % 50}", f"{row % 9}/8", f"{row % 7}", f"2026-{row % 12 + 1:02}")
            for row in range(514)
        )
class Opening(App):
    BINDINGS = [("o", "open", "Open")]
    def compose(self):
        yield Header()
        yield Static("Press o")
        yield Footer()
    def action_open(self):
        self.push_screen(Regions())
Opening().run()
"""
"""An app that opens a screen with a table of 514 rows: what opening something costs without any of this app's work."""
FETCHING = "mengambil"
"""In the first line while the sync fetches rows."""
MOST_SECONDS = 120
DOWN, UP, RIGHT, LEFT, PAGE_DOWN, PAGE_UP, END, HOME = (
    f"\x1b[{code}" for code in ("B", "A", "C", "D", "6~", "5~", "F", "H")
)
SHORT, LONG = 0.25, 0.6
"""Seconds to look at the answer: of a key on a screen, of one that opens something."""


class Part(NamedTuple):
    """Keys pressed on one screen: (what it is, the key's bytes), each ``window`` seconds apart."""

    screen: str
    keys: Sequence[tuple[str, str]]
    window: float = SHORT
    box: Box | None = None


def _times(count: int, name: str, key: str) -> list[tuple[str, str]]:
    return [(name, key)] * count


MAP: Box = (0, 78)
"""The dashboard's map: what stands beside it changes with the data."""
DAY: Sequence[Part] = (
    Part("dashboard", [*_times(8, "down", DOWN), *_times(3, "right", RIGHT), *_times(3, "up", UP)], box=MAP),
    Part("open", [("search", "/")], LONG),
    Part("search", [*[("letter", letter) for letter in "rapat koord"], *_times(4, "down", DOWN)]),
    Part("open", [("back", "\x1b")], LONG, MAP),
    Part("open", [("regions", "2")], LONG),
    Part("regions", [*_times(8, "down", DOWN), *_times(3, "page down", PAGE_DOWN), *_times(4, "up", UP)]),
    Part("open", [("filter", "f")], LONG),
    Part("filter", [*[("letter", letter) for letter in "palu"], *_times(4, "backspace", "\x7f")]),
    Part("open", [("out of it", "\r")], LONG),
    Part("open", [("region", "\r")], LONG),
    Part("region", [*_times(8, "down", DOWN), *_times(3, "up", UP)]),
    Part("open", [("tab", "]"), ("tab", "]"), ("tab", "["), ("tab", "[")], LONG),
    Part("open", [("checklist", "3")], LONG),
    Part("checklist", [*_times(8, "down", DOWN), *_times(3, "page down", PAGE_DOWN), *_times(4, "up", UP)]),
    Part("open", [("grouping", "g")], LONG),
    Part("open", [("notes", "4")], LONG),
    Part("notes", [*_times(8, "down", DOWN), *_times(4, "up", UP)]),
    Part("open", [("dashboard", "1")], LONG, MAP),
)


class Country(NamedTuple):
    home: Home
    cycles: list[str]

    def rows(self) -> int:
        """How many rows the app's store holds."""
        (path,) = self.home.folder.glob("data/**/stores/*/akk.db")
        with Store.open(path, read_only=True) as store:
            return int(store.db.value("SELECT count(*) FROM base"))


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """A profile that holds the newest cycle, and the server on which the others wait."""
    folder = tmp_path_factory.mktemp("country")
    server = ServerProcess(folder)
    reference = load(server.db, 514, CYCLES, NOTES)
    server.start()
    assert server.process is not None
    # An officer's server is another computer: here it leaves the cores to the app and its sync.
    os.setpriority(os.PRIO_PROCESS, server.process.pid, 10)
    home = Home(folder / "home").login(server, OFFICER)
    home.ok("sync")
    encrypted.as_asked(home.folder)
    yield Country(home, [cycle.id for cycle in reference.cycles])
    server.stop()


def share(answers: Sequence[float], part: float = SHARE) -> float:
    """The value below which ``part`` of ``answers`` lie."""
    return sorted(answers)[min(len(answers) - 1, int(len(answers) * part))]


def _fetches(app: TimedTerminal) -> bool:
    """Whether the app's sync fetches rows now."""
    return FETCHING in app.text.splitlines()[0]


def _ratio(ours: Sequence[Answer], stock: Sequence[Answer], part: float) -> float:
    return share([one.wall for one in ours], part) / share([one.wall for one in stock], part)


def test_keys_while_a_sync_runs(country: Country, capsys: pytest.CaptureFixture[str]) -> None:
    home = country.home
    done = subprocess.run(
        home.argv("config", "set", "sync.cycles", ",".join(country.cycles)), env=clean_env(), capture_output=True
    )
    assert done.returncode == 0, done.stderr
    had = country.rows()
    env = clean_env(TERM="xterm-256color", COLORTERM="truecolor")
    ours: dict[str, list[Answer]] = {}
    stock: list[Answer] = []
    opened: list[Answer] = []
    rounds = 0
    with (
        TimedTerminal([sys.executable, "-c", REFERENCE], env) as table,
        TimedTerminal([sys.executable, "-c", STOCK_SCREEN], env) as screens,
        TimedTerminal(home.argv(), env) as app,
    ):
        table.wait("Region 000")
        screens.wait("Press o")
        app.wait(FETCHING)
        began = time.monotonic()
        while _fetches(app) and time.monotonic() - began < MOST_SECONDS:
            for part in DAY:
                for name, key in part.keys:
                    answer = app.key(f"{part.screen}: {name}", key, part.window, part.box)
                    if _fetches(app):
                        ours.setdefault(part.screen, []).append(answer)
                    if rounds:
                        continue
                    stock.append(table.key("stock table: down", DOWN, 0.1))
                    if part.screen == "open":
                        opened.append(screens.key("stock screen: open", "o", LONG))
                        screens.key("stock screen: back", "b", SHORT)
            rounds += _fetches(app)
    fetched = country.rows() - had
    every = [one for answers in ours.values() for one in answers]
    base = share([one.wall for one in stock])
    assert rounds, "the sync ended before a whole day was typed"
    with capsys.disabled():
        print(
            f"\n{encrypted.WORDS}{len(every)} keys while {fetched} rows came in; "
            f"ms from the key to the first frame that answers it,"
        )
        print("and to the frame that stays")
        print(
            f"{'':16} keys    first     95 %   stays     95 %     most  95 % computed  95 % less waits  95 % to stock"
        )
        for name, answers in (*ours.items(), ("all", every), ("stock table", stock), ("stock screen", opened)):
            wall, first = [one.wall for one in answers], [one.first for one in answers]
            print(
                f"{name:16}{len(answers):5}{statistics.median(first):9.1f}{share(first):9.1f}"
                f"{statistics.median(wall):8.1f}{share(wall):9.1f}{max(wall):9.1f}"
                f"{share([one.cpu for one in answers]):10.1f}{share([one.wall - one.waited for one in answers]):12.1f}"
                f"{share(wall) / base:10.2f}"
            )
        print(
            f"all keys against the stock table: {_ratio(every, stock, 0.5):.2f} in the middle; "
            f"those that open something against the stock screen: "
            f"{_ratio(ours['open'], opened, 0.5):.2f} in the middle, {_ratio(ours['open'], opened, SHARE):.2f} at 95 %"
        )
        for one in sorted(every, key=lambda one: -one.wall)[:15]:
            print(f"  {one.wall:7.1f} ms ({one.cpu:.1f} cpu, {one.waited:.1f} waiting) {one.label}")
    silent = [one.label for one in every if not one.answered]
    assert not silent
    assert fetched > 50_000
    assert _ratio(every, stock, 0.5) < 1.0
    assert _ratio(ours["open"], opened, SHARE) < 0.5
    assert share([one.wall for one in every]) < LIMIT_MS
