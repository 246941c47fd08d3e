"""Dasbor: what stands at each size, the panes, filter and sort, opening, changes since the last look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import filled
import pytest
import waiting
from work_app import drive, Driven

from akk_tui import i18n
from akk_tui.store.store import Store
from akk_tui.ui.widgets import heat

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
        assert "terlambat 17 hari" not in app.text()
        await app.press("tab")
        assert "terlambat 17 hari · +1,0 · Bagian Hukum" in app.text()
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


def test_the_map_tells_score_gap_trend_and_forecast_at_80_and_explains_the_cell(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        line = next(line for line in app.lines() if "Kota Blitar" in line)
        assert line.split()[1:] == "Kota Blitar 93 78 80 81 66 87 84,05 >5,95 ▁▃▅▇█ 27 Okt │".split()
        assert "◆ hampir siap · perkiraan 79,82 · kriteria 8/8 ✓ · 6 terlambat · pendamp" in app.text()
        await app.press("right", "right")
        assert "2 Peningkatan Kualitas Pengawasan: 78,1 · kurang 6,9 poin nilai daerah" in app.text()
        await app.press("g")
        line = next(line for line in app.lines() if "Kota Blitar" in line)
        assert line.split()[3:9] == ["0,3", "6,9", "4,2", "3,9", "3,5", "1,3"]
        assert "komponen: poin yang kurang" in app.text()
        assert "4 Peningkatan" not in app.text()
        await app.press("g", "down", "down", "down")
        assert "2 Peningkatan Kualitas Pengawasan: 4,2" in app.text()

    drive(sample_store, steps, size=(80, 24))


def test_columns_of_the_map_can_be_chosen(sample_store: Path) -> None:
    kept: list[tuple[str, str]] = []

    async def steps(app: Driven) -> None:
        await app.press("v")
        assert "Kolom Dasbor" in app.text()
        await app.press("2", "6", "8", "enter")
        line = next(line for line in app.lines() if "Kota Blitar" in line)
        assert "pendampingan" in line
        assert " 93 " not in line
        assert kept == [("ui.dashboard_columns", "stage, score, gap, trend, forecast")]

    drive(sample_store, steps, save_setting=lambda name, value: kept.append((name, value)))


def test_the_reasons_can_be_narrowed_to_one_kind(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("tab", "f")
        assert "semua alasan" in app.text()
        await app.press("3")
        assert "Perlu perhatian (1/" in app.text()
        assert "kriteria: Nilai SAKIP" in app.text()
        await app.press("enter")
        assert app.screen.tab == "criteria"
        await app.press("escape", "f", "1")
        assert "Perlu perhatian (1/" not in app.text()

    with Store.open(store_path) as store:
        store.edit("criterion", "2025:35.72:sakip", {"value": "CC"}, seen=None)
    drive(store_path, steps)


def test_a_difference_opens_where_it_is_answered(tmp_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("tab", "down")
        wanted = app.screen._found()
        assert wanted.kind == "conflict"
        await app.press("enter")
        assert app.screen.ID == "sync"
        assert app.screen.query_one("#rows").cursor_key == wanted.op
        await app.press("1", "up", "enter")
        assert app.screen.query_one("#rows").cursor_key != wanted.op

    drive(waiting.fill(tmp_path / "akk.db"), steps)


def test_a_forecast_after_the_assessment_opens_the_trend(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("tab", "f", "6", "enter")
        assert app.screen.tab == "trend"

    drive(sample_store, steps)


def test_every_change_opens_its_place_and_says_where_and_when_it_was_made(store_path: Path) -> None:
    changed = (
        ("assessment", "2025:35.72:2.4", "item.2.4.2", "diterima"),
        ("criterion", "2025:35.72:sakip", "value", "BB"),
        ("score", "2025:35.72:2025-09-08", "value", "84.05"),
        ("standing", "2025:35.72", "stage", "pendampingan"),
    )
    with Store.open(store_path) as store, store.db.write():
        for kind, key, field, value in changed:
            store.db.execute(
                "INSERT INTO change (by, at, unit, kind, key, field, value) VALUES"
                " ('Budi', '2025-10-06T02:14:00Z', '2025:35.72', ?, ?, ?, ?)",
                (kind, key, field, value),
            )

    async def steps(app: Driven) -> None:
        await app.press("shift+tab")
        assert "Kota Blitar · 6 Okt 09.14 WIB" in app.text()
        for tab in ("indicators", "trend", "criteria", "indicators"):
            await app.press("enter")
            assert app.screen.ID == "region"
            assert app.screen.tab == tab
            last = getattr(app.screen.item, "id", None)
            await app.press("escape", "down")
        assert last == "2.4.2"
        await app.press("m")
        assert "Kota Blitar · 6 Okt" not in app.text()

    drive(store_path, steps)


def test_both_cycles_stand_and_a_closed_one_asks_for_nothing(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("y")
        assert "terbuka · penilaian 4 Nov 2025" in app.text()
        assert "ditutup · penilaian " in app.text()
        await app.press("2")
        assert "Siklus 2024" in app.text()
        assert "usulan 97 ▸ observasi 15 ▸ calon 4" in app.text()
        assert "Perlu perhatian (0)" in app.text()
        assert "Siklus ini sudah ditutup." in app.text()
        line = next(line for line in app.lines() if "Payakumbuh" in line)
        # Official scores alone: nothing is known of the components.
        assert line.split("│")[1].split()[3:9] == ["–"] * 6
        assert "95,10" in app.text()
        await app.press("2", "enter")
        assert app.screen.ID == "region"
        await app.press("1", "y", "1")
        assert "Siklus 2025" in app.text()
        assert "Kota Blitar" in app.text()
        await app.press("y", "1")
        assert app.app.cycle == "2025"

    drive(sample_store, steps)


def test_long_names_never_break_the_layout(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        line = next(line for line in app.lines() if "Penukal" in line)
        assert "…" in line
        assert line.index("~") == next(line for line in app.lines() if "Dairi" in line).index("~")

    drive(sample_store, steps, size=(80, 24))


def test_of_a_whole_country_only_the_rows_that_are_seen_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, made, original = filled.fill_country(tmp_path / "akk.db"), list[str](), heat.cells
    monkeypatch.setattr(heat, "cells", lambda row, *how: made.append(row.code) or original(row, *how))

    async def steps(app: Driven) -> None:
        table = app.screen.query_one("#map")
        assert table.row_count == 514
        assert "… " in app.screen.query_one("#attention").row_cells("rest")[0].plain
        assert len(set(made)) <= table.size.height
        app.app.data_changed()
        await app.settle()
        assert len(set(made)) <= table.size.height
        await app.press("ctrl+end")
        assert app.screen.region_code in made
        assert len(set(made)) <= 2 * table.size.height

    drive(path, steps)


def test_the_brackets_go_from_pane_to_pane_as_between_tabs(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        assert app.screen.pane == "map"
        await app.press("right_square_bracket")
        assert app.screen.pane == "attention"
        await app.press("left_square_bracket", "left_square_bracket")
        assert app.screen.pane == "changes"

    drive(sample_store, steps, size=(80, 24))
