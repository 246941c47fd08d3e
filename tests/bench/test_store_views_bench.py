"""Times of the views over a store of the whole country, and of a search over 100,000 notes; printed, in milliseconds.

Run with ``pytest -m bench tests/bench/test_store_views_bench.py -s``. What is held are ratios within one run.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import stores

from akk_tui.store import summary
from akk_tui.store.store import Store

pytestmark = pytest.mark.bench

RUNS = 9
TYPED = (
    "r",
    "ra",
    "rap",
    "rapa",
    "rapat",
    "rapat k",
    "rapat ko",
    "rapat koord",
    "lap",
    "laporan gra",
    "zzz",
    "p",
    "pel",
)


def ms(call: Callable[[], object], runs: int = RUNS) -> float:
    """The median time of ``call``."""
    times: list[float] = []
    for _ in range(runs):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("country") / "akk.db") as store:
        stores.fill(store, 514)
        yield store


def test_views_of_the_whole_country(country: Store) -> None:
    views = country.views
    units = [unit for (unit,) in country.db.execute("SELECT unit FROM unit")]
    code = units[100][5:]
    found = {
        "status": ms(views.status),
        "regions": ms(lambda: views.regions("2025")),
        "dashboard": ms(lambda: views.dashboard("2025")),
        "region": ms(lambda: views.region("2025", code)),
        "next_steps": ms(lambda: views.next_steps("2025", code)),
        "checklist of 36": ms(lambda: views.checklist("2025", [unit[5:] for unit in units[:36]]), 3),
        "one region computed": ms(lambda: summary.compute(country, units[100:101])),
        "all regions computed": ms(lambda: summary.compute(country, units), 3),
    }
    print("\n" + "\n".join(f"{name:24} {value:8.2f} ms" for name, value in found.items()))
    assert found["dashboard"] < 0.5 * found["all regions computed"]
    assert found["one region computed"] < 0.05 * found["all regions computed"]


def test_a_search_over_many_notes(tmp_path: Path) -> None:
    with Store.open(tmp_path / "akk.db") as store:
        stores.fill(store, 100, 10, notes=100_000, evidence=False)
        times = {text: ms(lambda text=text: store.search.find(text, "2025"), 5) for text in TYPED}
        listed = ms(lambda: store.views.notes("2025", subject=str(store.views.regions("2025")[0].code)), 3)
        print("\n" + "\n".join(f"{text!r:16} {value:8.2f} ms" for text, value in times.items()))
        print(f"notes of one region {listed:.2f} ms")
        assert statistics.median(times.values()) < 30 * ms(lambda: store.search.find("zzz", "2025"), 5)
