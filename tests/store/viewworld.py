"""A store with the real instrument and a few regions, filled row by row, for the tests of the views."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, UTC
from pathlib import Path
from typing import Any

import msgspec
from storeclient import Clock

from akk_tui.contract.ids import uuid7
from akk_tui.contract.records import Agency, Cycle, Instrument, Officer, Reference, Region, Sample
from akk_tui.server import regions as places
from akk_tui.server.instruments import built_in
from akk_tui.store import derived
from akk_tui.store.store import Store

BLITAR, KAB_BLITAR, MINAHASA, BANTUL = "35.72", "35.05", "71.07", "34.02"
CODES = (BLITAR, KAB_BLITAR, MINAHASA, BANTUL)
KEY = f"2025:{BLITAR}"
_REGIONS = {region.code: region for region in places.built_in()}


def regions(*codes: str) -> tuple[Region, ...]:
    return tuple(_REGIONS[code] for code in codes)


def instrument(cycle: str = "2025") -> Instrument:
    return built_in(cycle)


def reference(codes: Iterable[str] = CODES, *, today: str | None = "2025-10-06", **changed: Any) -> Reference:
    """Cycle 2024 closed, cycle 2025 open; ``changed`` fields of cycle 2025."""
    cycle = Cycle(id="2025", state="open", instrument=instrument(), reached={"observasi": 33, "pendampingan": 3})
    return Reference(
        cycles=(
            Cycle(id="2024", state="closed", instrument=instrument("2024")),
            msgspec.structs.replace(cycle, **changed),
        ),
        regions=regions(*codes),
        agencies=(Agency(id="BKPSDM", name="BKPSDM"),),
        officer=Officer(name="budi", display="Budi", role="petugas"),
        sample=Sample(today=today, invented=(f"2025:{KAB_BLITAR}", "*")) if today else None,
    )


def at(day: str, clock: str = "02:00:00") -> str:
    return f"{day}T{clock}Z"


def key_at(moment: str, number: int = 0) -> str:
    """A UUIDv7 made at an RFC 3339 moment."""
    ms = int(datetime.fromisoformat(moment).timestamp() * 1000)
    return uuid7(ms, lambda bits: number & ((1 << bits) - 1))


class World:
    """A store in which rows are put as a pull would."""

    def __init__(self, folder: Path, made: Reference | None = None, clock: datetime | None = None) -> None:
        self.path = folder / "akk.db"
        self.clock = Clock(clock or datetime(2025, 10, 6, 2, 0, tzinfo=UTC))
        self.store = Store.open(self.path, now=self.clock)
        self.seq = 0
        made = made or reference()
        self.refer(made)
        for region in made.regions:
            self.give(f"2025:{region.code}")

    def refer(self, made: Reference) -> None:
        """Take in reference data."""
        self.seq += 1
        self.store.save_reference(made, f"e{self.seq}")

    def give(self, unit: str, write: bool = True) -> None:
        with self.store.db.write():
            self.store.db.execute("INSERT OR REPLACE INTO unit VALUES (?, ?, NULL, 0)", (unit, write))

    def take(self, unit: str) -> None:
        """The unit is leaving: a first pull said that it is no longer in scope."""
        with self.store.db.write():
            self.store.db.execute("UPDATE unit SET leaving = 1 WHERE unit = ?", (unit,))
            derived.refresh(self.store.db, [unit])

    def put(self, kind: str, key: str, data: dict[str, Any], unit: str | None = None) -> None:
        """Write a base row as a pull does, with everything that is computed from it."""
        self.seq += 1
        if kind in ("note", "event", "followup"):
            unit = f"{data['cycle']}:{data['region']}"
        unit = unit or key[:10]
        with self.store.db.write():
            row = (kind, key, unit, self.seq, self.seq, json.dumps(data))
            self.store.db.execute("INSERT OR REPLACE INTO base VALUES (?, ?, ?, ?, ?, ?)", row)
            derived.refresh(self.store.db, [unit], [key] if kind == "note" else [])

    def note(self, number: int = 0, *, moment: str = at("2025-09-01"), region: str = BLITAR, **fields: Any) -> str:
        """A note of a pull; its key."""
        key = key_at(moment, number)
        data = {"cycle": "2025", "region": region, "subject": region, "author": "sari", "title": "Judul", "body": "Isi"}
        self.put("note", key, {**data, "by": "sari", "at": moment, **fields})
        return key

    def conflict(self, op: str, now: dict[str, Any], by: str = "sari") -> None:
        """The server answered ``op`` with a conflict."""
        self.answer(op, "conflict", {"now": now, "by": by, "at": at("2025-10-05"), "rev": 99})

    def answer(self, op: str, result: str, detail: dict[str, Any] | None = None, seq: int = 0) -> None:
        """One round's answer to one operation; the others stay."""
        batch = self.store.queue.batch()
        self.store.queue.answer([(op, result, seq, detail)], None, batch)  # type: ignore[list-item]
