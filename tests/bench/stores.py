"""Stores of a given size for benchmarks: real regions and instrument, invented values, the same every time."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from akk_tui.contract.ids import uuid7
from akk_tui.contract.records import Agency, Cycle, Instrument, Officer, Reference, Sample
from akk_tui.server import regions as places
from akk_tui.server.instruments import built_in
from akk_tui.store import search, summary
from akk_tui.store.store import Store

TODAY = date(2025, 10, 6)
WORDS = (
    "rapat koordinasi inspektorat laporan kepatuhan pelaporan gratifikasi layanan publik pengaduan masyarakat survei"
    " kepuasan standar minimal budaya kerja integritas komitmen kepala daerah penyuluh pendidikan anggaran pengadaan"
    " kecamatan kelurahan bukti dukung tindak lanjut jadwal monev bimtek observasi penilaian verifikasi dokumen"
).split()


def reference(regions: int = 514, cycles: int = 1, *, sample: bool = True) -> Reference:
    """Reference data with the first ``regions`` regions and ``cycles`` cycles that end with 2025."""
    instrument = built_in("2025")
    return Reference(
        cycles=tuple(_cycle(instrument, 2025 - back) for back in reversed(range(cycles))),
        regions=places.built_in()[:regions],
        agencies=tuple(Agency(id=name, name=name) for name in ("BKPSDM", "Inspektorat", "Setda")),
        officer=Officer(name="contoh1", display="Petugas Contoh 1", role="petugas"),
        sample=Sample(today=TODAY.isoformat()) if sample else None,
    )


def _cycle(instrument: Instrument, year: int) -> Cycle:
    import msgspec

    mine = msgspec.structs.replace(instrument, cycle=str(year))
    return Cycle(id=str(year), state="open" if year == 2025 else "closed", instrument=mine, reached={"observasi": 36})


def fill(store: Store, regions: int = 514, cycles: int = 1, notes: int = 0, evidence: bool = True) -> None:
    """Put ``regions`` × ``cycles`` units into the empty ``store``, each with all kinds of rows, and ``notes`` notes.

    A unit holds 19 assessments, 8 criteria, a standing and 12 scores. Summaries and the search index are made too.
    """
    made = reference(regions, cycles)
    rng = random.Random(514)
    store.save_reference(made, f"bench-{regions}-{cycles}")
    units = [f"{cycle.id}:{region.code}" for cycle in made.cycles for region in made.regions]
    with store.db.write():
        store.db.executemany("INSERT INTO unit VALUES (?, 1, NULL, 0)", [(unit,) for unit in units])
        rows: list[tuple[Any, ...]] = []
        for cycle in made.cycles:
            for region in made.regions:
                rows += _unit_rows(rng, cycle.instrument, f"{cycle.id}:{region.code}", evidence)
        for number in range(notes):
            rows.append(_note(rng, units[number % len(units)], number))
        store.db.executemany(
            "INSERT INTO base (kind, key, unit, rev, seq, data) VALUES (?, ?, ?, 1, ?, ?)",
            [(kind, key, unit, seq, json.dumps(data)) for seq, (kind, key, unit, data) in enumerate(rows, 1)],
        )
        store.db.execute("INSERT OR REPLACE INTO meta VALUES ('at', ?)", (str(len(rows)),))
        summary.refresh(store.db, units)
        search.rebuild(store.db)


def rows(instrument: Instrument, units: Sequence[str]) -> list[tuple[str, str, str, dict[str, Any]]]:
    """All rows of ``units`` but their notes: kind, key, unit, fields."""
    rng = random.Random(514)
    return [row for unit in units for row in _unit_rows(rng, instrument, unit, True)]


def _unit_rows(rng: random.Random, instrument: Instrument, unit: str, evidence: bool) -> list[tuple[Any, ...]]:
    at = f"2025-{rng.randint(7, 9):02}-{rng.randint(1, 28):02}T02:14:00Z"
    by = {"by": "contoh2", "at": at}
    level = rng.random()
    rows: list[tuple[Any, ...]] = [
        ("standing", unit, unit, {"stage": "pendampingan", "date": "2025-03-01", "team": ["contoh1", "contoh2"], **by})
    ]
    for component in instrument.components:
        for indicator in component.indicators:
            states = "".join(str(min(4, int(rng.random() * 4 + 2 * level))) for _ in indicator.items)
            data: dict[str, Any] = {"items": states, "instrument": 1, "summary": "Sedang berjalan " * 4, **by}
            if rng.random() < 0.3:
                data["due"] = (TODAY + timedelta(days=rng.randint(-20, 40))).isoformat()
            if evidence and rng.random() < 0.3:
                name = f"evidence.{indicator.items[0].id}.1"
                data[name] = {"title": "SK Wali Kota", "number": "188/12/2025", "date": "2025-05-02"}
            rows.append(("assessment", f"{unit}:{indicator.id}", unit, data))
    for criterion in instrument.criteria:
        value = {"number": "77.48", "grade": "B", "opinion": "2023:WTP 2024:WTP", "yesno": "ya"}[criterion.form]
        data = {"value": value, "year": 2024, "source": "KPK", **by}
        rows.append(("criterion", f"{unit}:{criterion.id}", unit, data))
    value = 40 + 30 * level
    for week in range(12):
        value = min(99.0, value + rng.random() * 4)
        day = TODAY - timedelta(days=7 * (12 - week))
        rows.append(("score", f"{unit}:{day}", unit, {"value": f"{value:.2f}", "source": "KPK", **by}))
    return rows


def _note(rng: random.Random, unit: str, number: int) -> tuple[Any, ...]:
    key = uuid7(1_740_000_000_000 + number * 60_000, rng.getrandbits)
    data = {
        "cycle": unit[:4],
        "region": unit[5:],
        "subject": unit[5:] if number % 3 else f"{unit[5:]}:2.4",
        "author": "contoh1" if number % 2 else "contoh2",
        "title": " ".join(rng.choices(WORDS, k=4)).capitalize(),
        "body": " ".join(rng.choices(WORDS, k=60)),
        "tags": ["monev"] if number % 5 == 0 else ["rapat"],
        "by": "contoh2",
        "at": "2025-09-01T02:14:00Z",
    }
    return ("note", key, unit, data)
