"""What a client's work costs with ten times the regions, ten times the cycles, and with both.

Stores of 51 and of 514 regions, of one cycle and of ten, each with all kinds of rows and twenty notes a unit, are
fetched by the client itself from servers that are processes of their own. What is compared are seconds of CPU of the
client, size by size in turns, and bytes. The first sync and the storage may grow with the rows; a delta, a search as
one types, the start and a key do not. Run with ``pytest -m bench tests/bench/test_client_growth.py -s``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from math import log10
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "e2e"))

import encrypted
from documents import Row
from loading import Serving
from programs import clean_env, CLIENT
from seeded import load, OFFICER
from test_first_frame import ours_useful
from test_keys import DOWN, LONG, PAGE_DOWN, SHORT, UP
from test_search import PHRASES, typed
from test_sync_budget import put
from timed import TimedTerminal

from akk_tui import config
from akk_tui import paths as folders
from akk_tui.server import setup
from akk_tui.store.store import Store
from akk_tui.sync import runner
from akk_tui.sync.account import Account
from akk_tui.ui import first_run

pytestmark = pytest.mark.bench

NOTES = 20
"""Of each unit."""
DELTAS, SEARCHES, STARTS, CHANGED = 9, 3, 5, 20
KEYS = (*[("down", DOWN)] * 6, *[("page down", PAGE_DOWN)] * 2, *[("up", UP)] * 4)
LINEAR, FIRST_SYNC = 1.1, 1.8
"""The most that a row may take beside one of the small store: of bytes, and of CPU where there are ten times as many. A
first sync writes into sorted indexes, of which those of words are merged again and again: its rows take the more the
larger the logarithm of their number is."""
FLAT, FLAT_BOTH = 2.0, 5.0
"""The most of what does not grow with the rows, with ten times as many and with a hundred times as many. What is left
is the list of the regions itself, which every process reads."""
TABLE: list[tuple[str, str]] = []


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    yield
    for name, measured in TABLE:
        print(f"\n{encrypted.WORDS}{name:24}  {measured}", end="")
    print()


class Size(NamedTuple):
    regions: int
    cycles: int

    @property
    def units(self) -> int:
        return self.regions * self.cycles

    def __str__(self) -> str:
        return f"{self.regions} x {self.cycles}"


SMALL, BOTH = Size(51, 1), Size(514, 10)
LARGER = (Size(514, 1), Size(51, 10), BOTH)


class Synced(NamedTuple):
    """One first sync: the seconds of CPU of the client, the bytes on the wire and the rows that came."""

    cpu: float
    moved: int
    rows: int


class Country:
    """A server of one size and profiles that fetch from it; the last one stays."""

    def __init__(self, size: Size, folder: Path) -> None:
        self.size = size
        self._folder = folder / str(size).replace(" ", "")
        self._folder.mkdir()
        self._db = self._folder / "server.db"
        self._reference = load(self._db, *size, NOTES * size.units)
        self._token = setup.issue_token(self._db, OFFICER).token
        self.serving = Serving(str(self._db), self._folder)
        sync = config.SyncSettings(cycles=tuple(cycle.id for cycle in self._reference.cycles))
        self._settings = config.Settings(sync=sync)
        self.synced: list[Synced] = []
        self._changes = 0
        self.home: Path
        self.account: Account
        self.paths: folders.Paths

    @property
    def store(self) -> Path:
        """Of the last profile."""
        return Path(self.account.store)

    def bytes_held(self) -> int:
        """The files of the last profile's store."""
        return sum(file.stat().st_size for file in self.store.parent.glob(f"{self.store.name}*"))

    def first_sync(self) -> Synced:
        """Fetch everything into a new profile, signing in included."""
        self.home = encrypted.as_asked(self._folder / f"home{len(self.synced)}")
        self.paths = folders.find(self.home, {})
        began = time.process_time()
        self.account = runner.sign_in(self.paths, f"http://127.0.0.1:{self.serving.port}", self._token, self._settings)
        result = self.sync()
        cpu = time.process_time() - began
        found = Synced(cpu, result.bytes_up + result.bytes_down, result.pulled)
        self.synced.append(found)
        return found

    def sync(self) -> runner.RoundResult:
        return runner.sync_once(self.paths, self.account, self._settings)

    def change(self) -> None:
        """Change some rows of the open cycle on the server, in as many regions, others than the last time."""
        made: list[Row] = []
        for number in range(CHANGED):
            region = self._reference.regions[(self._changes + number) % self.size.regions]
            unit = f"2025:{region.code}"
            data = {"items": "2" * 3, "instrument": 1, "summary": f"Perubahan {self._changes}", "by": "contoh2"}
            made.append(Row(unit, f"{unit}:2.4", {**data, "at": "2025-10-05T02:14:00Z"}))
        self._changes += CHANGED
        put(self._db, made, new=False)


Countries = dict[Size, Country]


@pytest.fixture(scope="module")
def countries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Countries]:
    """All sizes, each with one profile that holds everything."""
    folder = tmp_path_factory.mktemp("growth")
    made: Countries = {}
    try:
        for size in (SMALL, *LARGER):
            made[size] = Country(size, folder)
        # What the first one of a process loads is no matter of its size.
        made[SMALL].first_sync()
        for country in made.values():
            country.first_sync()
        yield made
    finally:
        for country in made.values():
            country.serving.stop()


def ratios(rounds: Sequence[dict[Size, float]]) -> dict[Size, float]:
    """Of each larger size to the small one: the median over the rounds."""
    return {size: median(one[size] / one[SMALL] for one in rounds) for size in LARGER}


def tell(name: str, found: dict[Size, float], small: str) -> None:
    TABLE.append((name, f"{small}; " + ", ".join(f"{size}: {ratio:.2f} x" for size, ratio in found.items())))


def assert_flat(found: dict[Size, float]) -> None:
    for size, ratio in found.items():
        assert ratio < (FLAT_BOTH if size == BOTH else FLAT), (size, ratio)


def test_a_first_sync(countries: Countries) -> None:
    """Signing in and fetching everything: CPU of the client, and bytes."""
    for size in (SMALL, *LARGER):
        if size != BOTH:
            countries[size].first_sync()
    synced = {size: country.synced[1 if size == SMALL else 0 :] for size, country in countries.items()}
    for size, every in synced.items():
        assert {one.rows for one in every} == {size.units * synced[SMALL][0].rows // SMALL.units}
    cpu = {size: min(one.cpu for one in every) for size, every in synced.items()}
    found = ratios([cpu])
    tell("a first sync, client", found, f"{cpu[SMALL]:.2f} s")
    for size, ratio in found.items():
        growth = size.units / SMALL.units
        assert ratio < growth * FIRST_SYNC ** log10(growth), (size, ratio)
    moved = {size: float(every[0].moved) for size, every in synced.items()}
    found = ratios([moved])
    tell("a first sync, bytes", found, f"{moved[SMALL] / 1000:.0f} kB")
    for size, ratio in found.items():
        assert ratio < LINEAR * size.units / SMALL.units, (size, ratio)


def test_storage(countries: Countries) -> None:
    """What lies on the disk after a first sync."""
    held = {size: float(country.bytes_held()) for size, country in countries.items()}
    found = ratios([held])
    tell("storage", found, f"{held[SMALL] / 1e6:.1f} MB")
    for size, ratio in found.items():
        assert ratio < LINEAR * size.units / SMALL.units, (size, ratio)


def test_a_delta(countries: Countries) -> None:
    """A round that fetches a few changed rows: CPU of the client and of the server, and bytes."""
    client: list[dict[Size, float]] = []
    server: list[dict[Size, float]] = []
    moved: list[dict[Size, float]] = []
    for number in range(DELTAS + 1):
        mine: dict[Size, float] = {}
        theirs: dict[Size, float] = {}
        wire: dict[Size, float] = {}
        for size, country in countries.items():
            country.change()
            busy, began = country.serving.cpu(), time.process_time()
            result = country.sync()
            mine[size], theirs[size] = time.process_time() - began, country.serving.cpu() - busy
            wire[size] = float(result.bytes_up + result.bytes_down)
            assert (result.pulled, result.requests) == (CHANGED, 1)
        if number:
            # The first one makes what later ones find.
            client.append(mine)
            server.append(theirs)
            moved.append(wire)
    # The kernel counts another process's time in steps of 10 ms: only the sum says something.
    total = {size: sum(one[size] for one in server) for size in countries}
    tell("a delta, server", ratios([total]), f"{total[SMALL] / DELTAS * 1000:.1f} ms")
    found = ratios(client)
    tell("a delta, client", found, f"{median(one[SMALL] for one in client) * 1000:.1f} ms")
    assert_flat(found)
    found = ratios(moved)
    tell("a delta, bytes", found, f"{moved[0][SMALL]:.0f} bytes")
    assert_flat(found)


def test_a_search(countries: Countries) -> None:
    """All keystrokes of some phrases, in the open cycle and in all."""
    rounds: list[dict[Size, float]] = []
    for _ in range(SEARCHES):
        took: dict[Size, float] = {}
        for size, country in countries.items():
            with Store.open(country.store, read_only=True) as store:
                store.search.warm("2025")
                store.search.find("a", "2025")
                strokes = [one for phrase in PHRASES for one in typed(store, phrase, "2025")]
                store.search.find("a", None)
                strokes += [one for phrase in PHRASES for one in typed(store, phrase, None)]
            took[size] = sum(one.cpu for one in strokes) / len(strokes)
        rounds.append(took)
    found = ratios(rounds)
    tell("a key of a search", found, f"{median(one[SMALL] for one in rounds):.2f} ms")
    assert_flat(found)


def app(country: Country) -> TimedTerminal:
    """The app on the last profile of ``country``; it does not sync."""
    argv = [*CLIENT, "--home", str(country.home), "--lang", "id"]
    return TimedTerminal(argv, clean_env(TERM="xterm-256color", COLORTERM="truecolor"))


@pytest.fixture(scope="module")
def quiet(countries: Countries) -> Countries:
    """Their profiles as of somebody who has seen the guide, without a sync of the app's own."""
    for country in countries.values():
        config.set_value(country.paths, "sync.at_start", "false")
        config.set_value(country.paths, "sync.every_minutes", "0")
        with Store.open(country.store) as store:
            store.meta.set(first_run.SEEN, first_run.VERSION)
    return countries


def test_the_start(quiet: Countries) -> None:
    """From the process to the frame that shows a region's name, score and components."""
    rounds: list[dict[Size, float]] = []
    for number in range(STARTS + 1):
        took: dict[Size, float] = {}
        for size, country in quiet.items():
            with app(country) as started:
                took[size] = started.first(ours_useful)
        if number:
            rounds.append(took)
    found = ratios(rounds)
    tell("the start", found, f"{median(one[SMALL] for one in rounds):.0f} ms")
    assert_flat(found)


def test_a_key(quiet: Countries) -> None:
    """Keys in the tables of all regions and of all indicators of all regions."""
    with ExitStack() as open_apps:
        apps = {size: open_apps.enter_context(app(country)) for size, country in quiet.items()}
        for one in apps.values():
            one.first(ours_useful)
        for screen, key in (("regions", "2"), ("checklist", "3")):
            for one in apps.values():
                one.key(screen, key, LONG)
            rounds: list[dict[Size, float]] = []
            for name, pressed in KEYS:
                answers = {size: one.key(f"{screen}: {name}", pressed, SHORT) for size, one in apps.items()}
                silent = [(size, answer.label) for size, answer in answers.items() if not answer.answered]
                assert not silent
                rounds.append({size: answer.cpu for size, answer in answers.items()})
            found = ratios(rounds)
            tell(f"a key, {screen}", found, f"{median(one[SMALL] for one in rounds):.1f} ms")
            assert_flat(found)
