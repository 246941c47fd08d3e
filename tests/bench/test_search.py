"""Search as one types, over 100,000 notes, 514 regions and 10 cycles: the time of every keystroke in the store.

Run with ``pytest -m bench tests/bench/test_search.py -s``. 95 % of the keystrokes take less than 16 ms of the thread's
own time; the time on the wall is printed beside it, and both as a ratio to one plain FTS5 query of three letters.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import encrypted
import noted
import stores

from akk_tui.store import search
from akk_tui.store.store import Store

pytestmark = pytest.mark.bench

NOTES = 100_000
CYCLES = 10
LIMIT = 40
"""What the search window asks for."""
LIMIT_MS = 16.0
PHRASES = (
    "kota blitar",
    "minahasa tenggara lhkpn",
    "rapat koordinasi bkpsdm",
    "laporan kepatuhan pelaporan",
    "pengaduan pelayanan masyarakat",
    "inspektorat budaya kerja",
    "gratifikasi",
    "35.72",
    "2.4",
    "survei kepuasan",
    "tindak lanjut temuan monev",
    "zzzz",
    "bukti dukung ppid",
)


class Stroke(NamedTuple):
    """One keystroke: what stood in the field, in which cycle it was searched, hits, times in ms."""

    typed: str
    cycle: str | None
    hits: int
    wall: float
    cpu: float


def fill(store: Store) -> None:
    """Put the notes into the empty ``store``; nothing else is searched in the database."""
    reference = stores.reference(514, CYCLES)
    store.save_reference(reference, "search")
    units = [f"{cycle.id}:{region.code}" for cycle in reference.cycles for region in reference.regions]
    with store.db.write():
        store.db.executemany("INSERT INTO unit VALUES (?, 1, NULL, 0)", [(unit,) for unit in units])
        store.db.executemany(
            "INSERT INTO base (kind, key, unit, rev, seq, data) VALUES ('note', ?, ?, 1, ?, ?)",
            (
                (key, unit, seq, json.dumps(fields))
                for seq, (key, unit, fields) in enumerate(noted.notes(units, NOTES), 1)
            ),
        )
        search.rebuild(store.db)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The store as the app opens it: with a small page cache."""
    path = encrypted.store_as_asked(tmp_path_factory.mktemp("noted")) / "akk.db"
    with Store.open(path) as made:
        fill(made)
    with Store.open(path, cache_kib=256) as opened:
        yield opened


def timed(call: Callable[[], Any]) -> tuple[Any, float, float]:
    """The value, the ms on the wall and of the thread."""
    wall, cpu = time.perf_counter(), time.thread_time()
    value = call()
    return value, (time.perf_counter() - wall) * 1000, (time.thread_time() - cpu) * 1000


def typed(store: Store, phrase: str, cycle: str | None) -> Iterator[Stroke]:
    """Every prefix of ``phrase``, one after the other."""
    for length in range(1, len(phrase) + 1):
        text = phrase[:length]
        hits, wall, cpu = timed(lambda text=text: store.search.find(text, cycle, LIMIT))
        yield Stroke(text, cycle, len(hits), wall, cpu)


def share(values: list[float], part: float = 0.95) -> float:
    """The value below which ``part`` of ``values`` lie."""
    return sorted(values)[int(len(values) * part)]


def test_every_keystroke_of_a_search(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    # As the window does when it opens.
    store.search.warm("2025")
    store.search.find("a", "2025")
    plain = "SELECT rowid FROM note_fts WHERE note_fts MATCH '\"rap\"*' ORDER BY rowid DESC LIMIT 40"
    base = statistics.median(timed(lambda: store.db.execute(plain).fetchall())[1] for _ in range(21))
    strokes = [one for cycle in ("2025", None) for phrase in PHRASES for one in typed(store, phrase, cycle)]
    wall, cpu = [one.wall for one in strokes], [one.cpu for one in strokes]
    with capsys.disabled():
        print(
            f"\n{encrypted.WORDS}search, {NOTES} notes, {len(strokes)} keystrokes: "
            f"median {statistics.median(wall):.1f} ms, "
            f"95 % below {share(wall):.1f} ms, at most {max(wall):.1f} ms; of the thread's own time "
            f"{statistics.median(cpu):.1f}, {share(cpu):.1f}, {max(cpu):.1f} ms (limit {LIMIT_MS:.0f}); "
            f"median {statistics.median(wall) / base:.0f} × a plain query of {base:.2f} ms"
        )
        for one in sorted(strokes, key=lambda one: -one.cpu)[:8]:
            print(f"  {one.cpu:6.1f} ms  {one.typed!r} in {one.cycle or 'all cycles'}: {one.hits} hits")
    assert {one.hits for one in strokes} > {0, LIMIT}
    assert share(cpu) < LIMIT_MS
