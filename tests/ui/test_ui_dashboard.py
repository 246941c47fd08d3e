"""Dasbor: what stands at each size, the panes, filter and sort, opening, changes since the last look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import filled
import pytest
from work_app import drive, Driven

from akk_tui import i18n
from akk_tui.store.store import Store
from akk_tui.ui.screens import dashboard

Snapshot = Callable[[str, str], None]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 15)])
def test_it_stands_at_every_size(sample_store: Path, snapshot: Snapshot, size: tuple[int, int]) -> None:
    async def steps(app: Driven) -> None:
        snapshot(f"dashboard-{size[0]}x{size[1]}", app.text())
        assert max(len(line) for line in app.lines()) <= size[0]

    drive(sample_store, steps, size=size)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 15)])
def test_it_speaks_english_and_fits(sample_store: Path, size: tuple[int, int]) -> None:
    i18n.use("en")

    async def steps(app: Driven) -> None:
        for key in ("1", "enter", "2", "w"):
            await app.press(key)
            assert max(len(line) for line in app.lines()) <= size[0]
            assert "84.05" in app.text() or key == "w"
            for word in ("Nilai", "Kurang", "Perlu", "Siklus", "luring", "enter buka", "perkiraan"):
                assert word not in app.text()

    drive(sample_store, steps, size=size)


def test_the_panes_of_a_narrow_terminal_stand_one_behind_the_other(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        assert "Kota Blitar" in app.text()
        assert "terlambat" not in app.text()
        await app.press("tab")
        assert "terlambat 17 hari · Bagian Hukum" in app.text()
        await app.press("tab")
        assert "Belum ada perubahan baru." in app.text()
        assert app.screen.region_code is None
        await app.press("tab")
        assert app.screen.pane == "map"
        await app.press("shift+tab")
        assert app.screen.pane == "changes"

    drive(sample_store, steps, size=(80, 24))


def test_resizing_lays_out_anew(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        for size in ((120, 40), (80, 24), (40, 15), (20, 8), (160, 50), (1, 1), (120, 40)):
            await app.pilot.resize_terminal(*size)
            await app.settle()
        assert "Kota Blitar" in app.text()
        assert "Perlu perhatian" in app.text()

    drive(sample_store, steps, size=(80, 24))


def test_enter_opens_the_region_and_a_component_cell_its_component(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("down", "enter")
        assert app.screen.region_code == "52.71"
        await app.press("escape", "up", "right", "right", "right", "enter")
        assert app.screen.region_code == "35.72"
        assert app.screen.query_one("#tree").cursor_key == "c:3"

    drive(sample_store, steps)


def test_what_needs_attention_opens_where_it_is(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("tab", "enter")
        first = app.app.store.views.dashboard("2025").attention[0]
        assert app.screen.region_code == first.region
        assert app.screen.indicator.id == first.indicator
        assert app.screen.item.id == first.item

    drive(sample_store, steps)


def test_a_criterion_that_is_not_met_opens_the_criteria(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("tab")
        rows = app.app.store.views.dashboard("2025").attention
        place = next(n for n, found in enumerate(rows) if found.kind == "criterion")
        await app.press(*["down"] * place, "enter")
        assert app.screen.tab == "criteria"

    with Store.open(store_path) as store:
        store.edit("criterion", "2025:35.72:sakip", {"value": "CC"}, seen=None)
    drive(store_path, steps)


def test_a_filter_narrows_the_map_and_says_so(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("f", "4")
        assert "filter: hampir siap" in app.text()
        assert "Daerah × komponen (1)" in app.text()
        await app.press("f", "3")
        assert "Tidak ada daerah yang lolos filter “siap”." in app.text()
        await app.press("f", "1")
        assert "Daerah × komponen (19)" in app.text()
        await app.press("f", "escape", "f", "9")
        await app.press("escape")
        assert app.screen.kind == "all"

    drive(sample_store, steps)


def test_a_sort_puts_the_worst_first(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("o", "3")
        assert app.screen.region_code is not None
        rows = [line for line in app.lines() if "~" in line and "│·" in line]
        shown = [float(row.partition("~")[2].split()[0].replace(",", ".")) for row in rows]
        assert shown == sorted(shown)
        assert len(set(shown)) > 3
        await app.press("o", "escape")
        assert app.screen.order == "low"

    drive(sample_store, steps)


def test_changes_of_others_are_listed_until_they_were_seen(store_path: Path) -> None:
    with Store.open(store_path) as store, store.db.write():
        store.db.execute(
            "INSERT INTO change (by, at, unit, kind, key, field, value) VALUES"
            " ('Budi', '2025-10-06T02:14:00Z', '2025:35.72', 'assessment', '2025:35.72:2.4', 'item.2.4.2', 'diterima')"
        )

    async def steps(app: Driven) -> None:
        assert "Budi: 35.72 2.4.2 → diterima" in app.text()
        await app.press("tab", "tab")
        assert app.screen.region_code == "35.72"
        await app.press("enter")
        assert app.screen.ID == "region"
        await app.press("escape", "m")
        assert "Belum ada perubahan baru." in app.text()

    drive(store_path, steps)


def test_long_names_never_break_the_layout(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        line = next(line for line in app.lines() if "Penukal" in line)
        assert "…" in line
        assert line.index("~") == next(line for line in app.lines() if "Dairi" in line).index("~")

    drive(sample_store, steps, size=(80, 24))


def test_a_whole_country_arrives_after_the_first_rows(tmp_path: Path) -> None:
    path = filled.fill_country(tmp_path / "akk.db")

    async def steps(app: Driven) -> None:
        table = app.screen.query_one("#map")
        await app.until(lambda: table.row_count == 514, "all rows arrive")
        assert "… " in app.screen.query_one("#attention").row_cells("rest")[0].plain
        await app.press("ctrl+end")
        assert app.screen.region_code is not None

    drive(path, steps)
    assert dashboard.FIRST_ROWS < 514
