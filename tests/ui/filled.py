"""Stores filled with the sample data, without a server: for tests of screens and for the benchmark."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from akk_tui import paths as folders
from akk_tui.contract import codec, ids, records, states
from akk_tui.contract.text import Line
from akk_tui.server import demo as demo_package
from akk_tui.server.demo import sample
from akk_tui.server.instruments import built_in
from akk_tui.store import derived
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.sync.account import Account
from akk_tui.ui import first_run

REGIONS_CSV = Path(demo_package.__file__).parent.parent / "regions.csv"
_WITA = ("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76")
_WIT = ("81", "82", "91", "92", "93", "94", "95", "96")


class Given(NamedTuple):
    """One row for the store."""

    kind: str
    key: str
    unit: str
    fields: dict[str, Any]


def every_region() -> tuple[records.Region, ...]:
    """The 514 regions of the country."""
    with REGIONS_CSV.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return tuple(
        records.Region(
            code=Line(row["code"]),
            kind="kota" if row["kind"] == "kota" else "kabupaten",
            name=Line(row["name"]),
            province=Line(row["province"]),
            province_code=Line(row["province_code"]),
            zone="WITA" if row["province_code"] in _WITA else "WIT" if row["province_code"] in _WIT else "WIB",
        )
        for row in rows
    )


def reference(units: Iterable[str], role: str = "petugas", rows: Iterable[Given] = ()) -> records.Reference:
    """What the server would send an officer who holds ``units``."""
    codes = {unit[5:] for unit in units}
    reached: dict[str, dict[str, int]] = {}
    for row in rows:
        if row.kind == "standing" and (stage := row.fields.get("stage")):
            counts = reached.setdefault(row.unit[:4], {})
            stage = states.EXITS.get(stage, stage)
            counts[stage] = counts.get(stage, 0) + 1
    return records.Reference(
        cycles=tuple(
            records.Cycle(id=cycle, state=state, instrument=built_in(cycle), reached=reached.get(cycle, {}))
            for cycle, state in sample.CYCLES
        ),
        regions=tuple(region for region in every_region() if region.code in codes),
        agencies=sample.agencies(),
        officer=records.Officer(name=Line("contoh1"), display=Line("Petugas Contoh 1"), role=role, zone="WIB"),
        sample=sample.sample(),
    )


def sample_rows() -> list[Given]:
    """The rows of the sample data."""
    return [
        Given(row.kind, row.key, ids.unit(row.cycle, row.region), {**row.fields, "by": row.by, "at": row.at})
        for row in sample.rows()
    ]


def fill(path: Path, units: dict[str, bool], rows: Iterable[Given], role: str = "petugas") -> Path:
    """Make a store at ``path`` that holds ``rows`` of ``units`` (unit → whether it may be written)."""
    given = list(rows)
    with Store.open(path) as store:
        store.save_reference(reference(units, role, given), "filled")
        store.meta.set(first_run.SEEN, first_run.VERSION)
        with store.db.write():
            for unit, write in units.items():
                store.db.execute("INSERT INTO unit (unit, write, cursor) VALUES (?, ?, NULL)", (unit, int(write)))
            mine = [row for row in given if row.unit in units]
            for seq, row in enumerate(mine, 1):
                data = codec.encode(row.fields).decode()
                store.db.execute(
                    "INSERT INTO base (kind, key, unit, rev, seq, data) VALUES (?, ?, ?, 1, ?, ?)",
                    (row.kind, row.key, row.unit, seq, data),
                )
            derived.refresh(store.db, units, [row.key for row in mine if row.kind == "note"])
        store.meta.set("last_sync", "2025-10-06T02:14:00Z")
    return path


def fill_sample(path: Path, officer: str = "contoh1") -> Path:
    """The sample data as ``officer`` holds it."""
    held = next(one for one in sample.officers() if one.name == officer)
    return fill(path, dict.fromkeys(held.units, held.write), sample_rows(), held.role)


def country_rows(cycle: str = "2025") -> Iterable[Given]:
    """Rows for all 514 regions: 19 indicators with states, a stage, a score history, and the criteria."""
    instrument = built_in(cycle)
    start = date(2025, 5, 5)
    for n, region in enumerate(every_region()):
        unit = ids.unit(cycle, region.code)
        at = {"by": "contoh2", "at": "2025-10-05T02:14:00Z"}
        stage = ("usulan", "observasi", "calon", "bimtek", "pendampingan")[n % 5]
        yield Given("standing", unit, unit, {"stage": stage, "date": "2025-03-01", **at})
        for component in instrument.components:
            for m, indicator in enumerate(component.indicators):
                some = [states.ITEM_STATES[(n + m * item.pos) % 5] for item in indicator.items]
                due = "2025-09-30" if (n + m) % 7 == 0 else "2025-10-31"
                fields = {"instrument": instrument.version, "items": states.pack(some), "due": due}
                yield Given("assessment", f"{unit}:{indicator.id}", unit, {**fields, **at})
        for week in range(12):
            day = (start + timedelta(weeks=week)).isoformat()
            value = f"{min(99.0, 40 + n % 40 + week * 1.7):.2f}"
            yield Given("score", f"{unit}:{day}", unit, {"value": value, "source": "KPK", **at})
        yield Given("criterion", f"{unit}:mcp", unit, {"value": f"{60 + n % 40}.00", "year": 2024, **at})


def fill_country(path: Path, cycle: str = "2025") -> Path:
    """A full local store: 514 regions × 19 indicators."""
    units = {ids.unit(cycle, region.code): True for region in every_region()}
    return fill(path, units, country_rows(cycle))


NO_SERVER = "http://127.0.0.1:9"


def signed_in(root: Path, store: Path, server: str = NO_SERVER) -> Path:
    """The profile ``root`` of contoh1 with a copy of ``store`` and no server; the settings keep it from syncing."""
    paths = folders.find(root)
    account = Account(server=server, officer="contoh1")
    folders.write_private(paths.account_file, codec.encode(account))
    folders.write_private(accounts.token_path(paths, account), b"akk_at_" + b"S" * 43)
    folders.write_private(paths.config_file, b"[sync]\nat_start = false\nevery_minutes = 0\n")
    copy = Path(accounts.load(paths).store)
    folders.private_folder(copy.parent)
    shutil.copy(store, copy)
    return root
