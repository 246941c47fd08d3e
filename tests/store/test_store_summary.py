"""The kept rows of the portfolio against a full recomputation."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, UTC
from pathlib import Path
from typing import Any

import msgspec
import pytest
from modelserver import ModelServer, PLACES, UNITS
from storeclient import Client
from viewworld import at, BLITAR, KAB_BLITAR, KEY, reference, World

from akk_tui.contract.errors import AkkError
from akk_tui.contract.states import ITEM_STATES
from akk_tui.store import summary
from akk_tui.store.db import connect
from akk_tui.store.store import Store


@pytest.fixture
def world(fast: Path) -> Iterator[World]:
    made = World(fast)
    yield made
    made.store.close()


def kept(store: Store) -> dict[str, tuple[summary.Row, list[list[Any]]]]:
    """What the table holds, without what only a look changes."""
    found: dict[str, tuple[summary.Row, list[list[Any]]]] = {}
    for unit, cycle, region, body in store.db.execute("SELECT unit, cycle, region, body FROM summary"):
        assert unit == f"{cycle}:{region}"
        one = msgspec.json.decode(body, type=summary.Kept)
        found[unit] = _plain(one.row, bytes(one.reasons))
    return found


def computed(store: Store) -> dict[str, tuple[summary.Row, list[list[Any]]]]:
    """The same from the rows of all units that are in scope."""
    units = [unit for (unit,) in store.db.execute("SELECT unit FROM unit")]
    return {unit: _plain(row, reasons) for unit, (row, reasons) in summary.compute(store, units).items()}


def _plain(row: summary.Row, reasons: bytes) -> tuple[summary.Row, list[list[Any]]]:
    found = [reason for reason in msgspec.json.decode(reasons) if reason[0] != "dropped"]
    return msgspec.structs.replace(row, look=0, before=()), found


def check(store: Store) -> None:
    """Every kept row of today is what a full computation gives, and what a view reads is that of today."""
    wanted, today = computed(store), store.today()
    found = {unit: one for unit, one in kept(store).items() if one[0].day == today}
    assert {unit: wanted[unit] for unit in found} == found
    shown = {one.unit: one.row for one in summary.members(store, "2025")}
    assert {row.day for row in shown.values()} <= {today}
    assert {unit: row for unit, (row, _) in wanted.items() if unit[:4] == "2025"} == {
        unit: msgspec.structs.replace(row, look=0, before=()) for unit, row in shown.items()
    }


_VALUES: dict[str, tuple[Any, ...]] = {
    "due": ("2025-09-30", "2025-10-20", None),
    "owners": (["Setda"], ["BKPSDM", "Setda"], None),
    "score": ("80.00", None),
}


def _edit(one: Client, rng: random.Random) -> None:
    unit = rng.choice(UNITS)
    item = rng.choice(sorted(PLACES))
    indicator = item.rpartition(".")[0]
    edits: list[Callable[[], Any]] = [
        lambda: one.tick(item, rng.choice(ITEM_STATES), unit),
        lambda: one.store.edit("assessment", f"{unit}:{indicator}", {name: rng.choice(_VALUES[name])}, seen=None),
        lambda: one.store.edit("assessment", f"{unit}:{indicator}", {f"item_due.{item}": "2025-10-01"}, seen=None),
        lambda: one.store.edit("standing", unit, {"stage": rng.choice(("usulan", "bimtek"))}, seen=None),
        lambda: one.store.edit("criterion", f"{unit}:mcp", {"value": rng.choice(("50", "98"))}, seen=None),
        lambda: one.store.edit(
            "score", f"{unit}:2025-0{rng.randint(5, 9)}-11", {"value": str(rng.randint(40, 95))}, seen=None
        ),
    ]
    name = rng.choice(sorted(_VALUES))
    rng.choice(edits)()


def _resolve(one: Client, rng: random.Random) -> None:
    for conflict in one.store.views.conflicts()[:1]:
        one.store.resolve(conflict.op, rng.choice(("mine", "theirs")))


def _scope(server: ModelServer, rng: random.Random) -> None:
    unit = rng.choice(UNITS)
    rng.choice((server.take, server.give))(rng.choice(("budi", "sari")), unit)


@pytest.mark.parametrize("seed", range(6))
def test_kept_rows_are_what_a_full_computation_gives(
    seed: int, server: ModelServer, client: Callable[..., Client]
) -> None:
    rng = random.Random(seed)
    officers = [client("budi"), client("sari")]
    for _ in range(60):
        one = rng.choice(officers)
        act = rng.random()
        try:
            if act < 0.5:
                _edit(one, rng)
            elif act < 0.58:
                one.store.undo()
            elif act < 0.66:
                _resolve(one, rng)
            elif act < 0.7:
                _scope(server, rng)
            elif act < 0.74:
                one.store.mark_looked()
            elif act < 0.82:
                one.push(lost=rng.random() < 0.5)
            elif act < 0.88:
                one.pull(cut=rng.randint(0, 6), accept=True)
            elif act < 0.9:
                one.clock.at += timedelta(days=1)
            else:
                one.push()
                one.pull(accept=True)
        except AkkError:
            pass
        for each in officers:
            check(each.store)


def test_a_restored_server_leaves_kept_rows_right(server: ModelServer, budi: Client) -> None:
    budi.tick("1.1.1", "diterima")
    budi.sync()
    backup = server.backup()
    budi.tick("1.1.2", "diterima")
    budi.sync()
    server.put("standing", UNITS[0], UNITS[0], {"stage": "bimtek"})
    budi.sync()
    server.restore(backup)
    for _ in range(4):
        budi.push()
        budi.pull(accept=True)
        check(budi.store)


# --- when rows are made again -------------------------------------------------------------------------------------


def days(store: Store) -> dict[str, date]:
    rows = store.db.execute("SELECT unit, body FROM summary")
    return {unit: msgspec.json.decode(body, type=summary.Kept).row.day for unit, body in rows}


def test_the_first_write_of_a_day_renews_the_open_cycles(fast: Path) -> None:
    world = World(fast, reference(today=None), datetime(2025, 10, 1, 3, 0, tzinfo=UTC))
    world.give("2024:34.02")
    with world.store.db.write():
        summary.refresh(world.store.db, [KEY, f"2025:{KAB_BLITAR}", "2024:34.02"])
    first = date(2025, 10, 1)
    assert set(days(world.store).values()) == {first}
    world.clock.at += timedelta(days=3)
    world.store.edit("standing", KEY, {"stage": "calon"}, seen=None)
    later = date(2025, 10, 4)
    found = days(world.store)
    assert found.pop("2024:34.02") == first
    assert set(found.values()) == {later}
    assert [one.row.day for one in summary.members(world.store, "2024")] == [later]
    world.store.close()


def test_a_look_alone_renews_the_day(fast: Path) -> None:
    world = World(fast, reference(today=None), datetime(2025, 10, 1, 3, 0, tzinfo=UTC))
    with world.store.db.write():
        summary.refresh(world.store.db, [KEY])
    world.clock.at += timedelta(days=1)
    world.store.mark_looked()
    assert days(world.store)[KEY] == date(2025, 10, 2)
    world.store.close()


def test_a_new_day_is_written_once(fast: Path) -> None:
    world = World(fast, reference(today=None), datetime(2025, 10, 1, 3, 0, tzinfo=UTC))
    with world.store.db.write():
        summary.refresh(world.store.db, [KEY])
    world.clock.at += timedelta(days=1)
    world.store.new_day()
    assert days(world.store)[KEY] == date(2025, 10, 2)
    commits = world.store.db.commits
    world.store.new_day()
    assert world.store.db.commits == commits
    world.store.close()


def test_rows_of_another_version_are_not_read_and_are_made_again(world: World) -> None:
    world.put("assessment", f"{KEY}:1.1", {"items": "4444"})
    shown = world.store.views.regions("2025")
    with world.store.db.write():
        world.store.db.execute("UPDATE summary SET body = '[]'")
        world.store.db.execute("UPDATE meta SET value = '0' WHERE name = 'summary'")
        world.store.db.execute("INSERT OR REPLACE INTO meta VALUES ('look', '2')")
    assert world.store.views.regions("2025") == shown
    world.store.edit("standing", f"2025:{KAB_BLITAR}", {"stage": "calon"}, seen=None)
    assert set(kept(world.store)) == {f"2025:{region.code}" for region in reference().regions}
    check(world.store)


def test_a_missing_row_is_computed(world: World) -> None:
    world.put("assessment", f"{KEY}:1.1", {"items": "4444"})
    shown = world.store.views.regions("2025")
    with world.store.db.write():
        world.store.db.execute("DELETE FROM summary WHERE unit = ?", (KEY,))
    assert world.store.views.regions("2025") == shown
    found = summary.member(world.store, KEY)
    assert found is not None
    assert found.row.estimate
    assert summary.member(world.store, "2024:35.72") is None


def test_a_member_of_an_unknown_cycle_is_none(world: World) -> None:
    world.give("2031:35.72")
    assert summary.member(world.store, "2031:35.72") is None


def test_only_what_is_missing_is_computed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in (BLITAR, KAB_BLITAR):
        world.put("standing", f"2025:{code}", {"stage": "calon"})
    asked: list[list[str]] = []
    real = summary.compute
    monkeypatch.setattr(summary, "compute", lambda store, units: asked.append(units) or real(store, units))
    assert len(world.store.views.regions("2025")) == 4
    assert asked == [["2025:34.02", "2025:71.07"]]
    world.put("standing", "2025:34.02", {"stage": "calon"})
    world.put("standing", "2025:71.07", {"stage": "calon"})
    asked.clear()
    world.store.views.dashboard("2025")
    assert asked == []


def test_new_reference_data_renew_every_row(world: World) -> None:
    import tomllib

    import akk_tui.server.instruments as instruments
    from akk_tui.domain.instrument import dump, load

    world.put("assessment", f"{KEY}:1.1", {"items": "2"})
    before = world.store.views.region("2025", BLITAR).row.estimate
    text = dump(instruments.built_in("2025")).replace("diunggah = 0.5", "diunggah = 0.6")
    assert tomllib.loads(text)["credits"]["diunggah"] == 0.6
    made = reference()
    cycle = msgspec.structs.replace(made.cycles[1], instrument=load(text, "baru.toml"))
    world.refer(msgspec.structs.replace(made, cycles=(made.cycles[0], cycle)))
    after = world.store.views.regions("2025")
    assert next(one.estimate for one in after if one.code == BLITAR) == pytest.approx((before or 0) * 1.2)
    check(world.store)


def test_units_of_an_unknown_cycle_have_no_row(world: World) -> None:
    world.give("2031:35.72")
    with world.store.db.write():
        summary.refresh(world.store.db, ["2031:35.72", "2025:99.98"])
    assert not {"2031:35.72", "2025:99.98"} & set(kept(world.store))
    assert summary.members(world.store, "2031") == []


def test_a_unit_that_left_has_no_row(world: World) -> None:
    assert KEY in kept(world.store) or not kept(world.store)
    world.put("standing", KEY, {"stage": "calon"})
    assert KEY in kept(world.store)
    world.take(KEY)
    assert KEY not in kept(world.store)


def test_without_a_store_or_reference_nothing_is_kept(fast: Path) -> None:
    with Store.open(fast / "akk.db") as store:
        with store.db.write():
            summary.refresh(store.db, [KEY])
        assert kept(store) == {}
        assert summary.compute(store, [KEY]) == {}
        assert summary.members(store, "2025") == []
        loose = connect(fast / "akk.db")
        summary.refresh(loose, [KEY])
        loose.close()


def test_reading_all_units_and_one_by_one_is_the_same(world: World) -> None:
    for code in (BLITAR, KAB_BLITAR):
        world.put("assessment", f"2025:{code}:1.1", {"items": "44", "at": at("2025-09-01")})
        world.note(
            int(code[3:]), region=code, moment=at(f"2025-09-{code[3:].zfill(2)}" if code[3:] < "30" else "2025-09-12")
        )
    units = [unit for (unit,) in world.store.db.execute("SELECT unit FROM unit")]
    together = summary.compute(world.store, units)
    assert {unit: summary.compute(world.store, [unit])[unit] for unit in units} == together
    assert together[KEY][0].touched == datetime(2025, 9, 12, 2, 0, tzinfo=UTC)


def test_an_edit_touches_the_row_of_its_unit_alone(world: World) -> None:
    world.store.mark_looked()
    for region in reference().regions:
        world.put("standing", f"2025:{region.code}", {"stage": "calon"})
    with world.store.db.write():
        world.store.db.execute("UPDATE summary SET region = 'x' || region")
    world.store.edit("assessment", f"{KEY}:1.1", {"item.1.1.1": "diterima"}, seen=None)
    rows = world.store.db.execute("SELECT unit FROM summary WHERE region NOT LIKE 'x%'").fetchall()
    assert rows == [(KEY,)]
