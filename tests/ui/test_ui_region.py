"""The page of a region with its tabs, the state menu and undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from work_app import drive, Driven

from akk_tui.store.store import Store
from akk_tui.ui.edits.indicator import Marked
from akk_tui.ui.edits.state import put

Snapshot = Callable[[str, str], None]
KEY = "2025:35.72:2.4"


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 15)])
def test_the_page_at_every_size(sample_store: Path, snapshot: Snapshot, size: tuple[int, int]) -> None:
    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72", indicator="2.4", item="2.4.2")
        await app.settle()
        snapshot(f"region-{size[0]}x{size[1]}", app.text())

    drive(sample_store, steps, size=size)


def test_a_state_is_chosen_in_the_menu_saved_shown_and_undone(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72", indicator="2.4", item="2.4.4")
        await app.settle()
        assert app.screen.item.state == "belum_ada"
        await app.press("5")
        assert app.screen.ID == "agenda", "a digit outside the menu sets nothing"
        await app.app.open_region("35.72", indicator="2.4", item="2.4.4")
        await app.settle()
        assert app.screen.item.state == "belum_ada"
        await app.press("space")
        assert "(sekarang)" in app.text()
        await app.press("3")
        assert app.screen.item.state == "diunggah"
        assert "tersimpan — belum terkirim" in app.told()
        assert "1 belum terkirim" in app.lines()[0]
        assert "diunggah ↑" in app.text()
        with Store.open(store_path) as other:
            (row,) = other.views.outbox()
            assert row.set == {"item.2.4.4": "diunggah"}
            assert row.was == {"item.2.4.4": "belum_ada"}
        await app.press("u")
        assert app.screen.item.state == "belum_ada"

    drive(store_path, steps)


def test_the_menu_takes_arrows_and_enter_and_esc_changes_nothing(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72", indicator="2.4", item="2.4.4")
        await app.settle()
        await app.press("enter", "escape")
        assert app.screen.item.state == "belum_ada"
        await app.press("enter", "down", "enter")
        assert app.screen.item.state == "perlu_perbaikan"
        await app.press("space", "2")
        assert app.store.views.status("2025").pending == 1

    drive(store_path, steps)


def test_the_menu_says_why_it_is_off(store_path: Path) -> None:
    with Store.open(store_path) as store, store.db.write():
        store.db.execute("UPDATE unit SET write = 0 WHERE unit = '2025:52.71'")

    async def steps(app: Driven) -> None:
        await app.press("down", "enter", "up", "space")
        assert "Pilih dulu sebuah indikator, lalu butirnya." in app.told()
        await app.press("down", "right", "space")
        assert "Daerah ini hanya dapat Anda baca." in app.told()
        assert "hanya baca" in app.text()

    drive(store_path, steps)


def test_a_closed_cycle_is_only_read(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        code = app.screen.region_code
        await app.app.open_region(code, indicator="1.1", item="1.1.1")
        await app.settle()
        await app.press("space")
        assert "Siklus 2024 sudah ditutup." in app.told() or "hanya dapat Anda baca" in app.told()

    drive(store_path, steps, cycle="2024")


def test_a_cycle_without_the_region_shows_none_of_its_figures(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72")
        await app.settle()
        await app.press("y", "2")
        assert app.screen.ID == "dashboard"
        assert "Kota Blitar tidak ada di antara daerah Anda pada siklus 2024." in app.told()
        assert "84,05" not in app.text()

    drive(sample_store, steps)


def test_a_page_whose_region_went_away_under_a_window_is_left_after_it(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72")
        await app.settle()
        await app.press("d")
        with app.store.db.write():
            app.store.db.execute("UPDATE unit SET leaving = 1 WHERE unit = '2025:35.72'")
        app.app.data_changed()
        await app.settle()
        assert type(app.screen).__name__ == "Form"
        await app.press("escape")
        assert app.screen.ID == "dashboard"
        assert "Kota Blitar tidak ada di antara daerah Anda pada siklus 2025." in app.told()

    drive(store_path, steps)


def test_an_edit_that_is_refused_is_told_once(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72", indicator="2.4", item="2.4.4")
        await app.settle()
        item = app.screen.item
        one = Marked(app.screen.indicator, item)
        put(app.screen, app.screen.detail, [one], "bukan_status")
        await app.settle()
        assert "bukan_status" in app.told() or "tidak sah" in app.told()
        assert app.screen.item.state == "belum_ada"
        put(app.screen, app.screen.detail, [one], "belum_ada")
        await app.settle()
        assert "Tidak ada yang berubah." in app.told()
        assert app.store.views.status("2025").pending == 0

    drive(store_path, steps)


def test_moving_between_tree_items_and_tabs(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("enter")
        assert app.screen.focused.id == "tree"
        assert app.screen.indicator.id == "1.1", "the first one with an open item"
        assert app.screen.item.id == "1.1.4", "the first open item"
        await app.press("up")
        assert app.screen.indicator is None
        await app.press("right")
        assert app.screen.indicator.id == "1.1"
        await app.press("right")
        assert app.screen.focused.id == "items"
        assert "1.1.4" in app.text()
        await app.press("down", "left")
        assert app.screen.focused.id == "tree"
        for tab in ("criteria", "trend", "events", "followups", "notes"):
            await app.press("right_square_bracket", "left", "right")
            assert app.screen.tab == tab
        assert "Uji kanal WBS" in app.text()
        await app.press("right_square_bracket", "left_square_bracket")
        assert app.screen.tab == "notes"
        await app.press("enter")
        assert app.screen.ID == "notes"

    drive(sample_store, steps)


def test_in_a_narrow_terminal_the_items_stand_in_front_and_esc_goes_back(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("enter", "right")
        assert app.screen.query_one("#tree").display is False
        assert "[✓] Rekapitulasi skor MCSP" in app.text()
        await app.press("escape")
        assert app.screen.query_one("#tree").display is True
        await app.pilot.resize_terminal(120, 40)
        await app.settle()
        assert app.screen.query_one("#detail").display is True
        await app.press("escape")
        assert app.screen.ID == "dashboard"

    drive(sample_store, steps, size=(80, 24))


def test_the_criterion_kasus_is_hidden_until_it_is_opened(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72", tab="criteria")
        await app.settle()
        assert "ambang ≥ 75" in app.text()
        line = next(line for line in app.lines() if "Kepala daerah" in line)
        assert "tersembunyi" in line
        assert "terpenuhi" not in line
        await app.press("end", *["down"] * 8)
        assert "tersembunyi" in app.text()
        await app.press("enter")
        assert "tersembunyi" not in app.text()
        await app.press("enter")
        assert "tersembunyi" in app.text()
        await app.press("up", "enter")
        assert "WTP 2023–2024" in app.text()

    drive(sample_store, steps)


def test_a_region_without_notes_says_what_to_do(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.app.open_region("12.11", tab="notes")
        await app.settle()
        assert "Belum ada catatan untuk daerah ini." in app.text()
        assert "Tekan c untuk menulis" in app.text()

    drive(sample_store, steps)


def test_a_region_outside_the_scope_is_told_in_words(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.app.open_region("11.01")
        await app.settle()
        assert "11.01" in app.told()
        await app.press("space", "right", "right_square_bracket", "w", "escape", "escape")

    drive(sample_store, steps)


def test_search_finds_regions_indicators_items_and_notes(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("slash")
        assert app.screen.__class__.__name__ == "SearchScreen"
        await app.type("mataram")
        assert "Kota Mataram" in app.text()
        await app.press("enter")
        assert app.screen.region_code == "52.71"
        await app.press("slash")
        await app.type("LHKPN")
        kinds = [hit.kind for hit in app.screen.hits]
        assert {"indicator", "item", "note"} <= set(kinds)
        await app.press(*["down"] * kinds.index("item"))
        await app.press("enter")
        assert app.screen.region_code == "52.71"
        assert app.screen.item is not None
        await app.press("slash")
        await app.type("uji kanal")
        kinds = [hit.kind for hit in app.screen.hits]
        await app.press("pagedown", "pageup", "up", *["down"] * kinds.index("note"), "enter")
        assert app.screen.ID == "notes"
        await app.press("slash")
        await app.type("tidakadasamasekali")
        assert "Tidak ada yang cocok dengan “tidakadasamasekali”" in app.text()
        await app.press("enter", "escape")
        assert app.screen.ID == "notes"

    drive(sample_store, steps)


def test_of_regions_of_one_name_the_one_that_is_worked_on_opens(store_path: Path) -> None:
    with Store.open(store_path) as store:
        store.meta.set("opened", None)

    async def first(app: Driven) -> None:
        await app.press("slash")
        await app.type("blitar")
        assert [hit.key for hit in app.screen.hits][:2] == ["35.72", "35.05"]
        await app.press("enter")
        assert app.screen.region_code == "35.72"
        await app.app.open_region("35.05")
        await app.settle()

    async def then(app: Driven) -> None:
        await app.press("slash")
        await app.type("jawa timur")
        assert [hit.key for hit in app.screen.hits][:2] == ["35.05", "35.72"]

    drive(store_path, first)
    drive(store_path, then)


def test_enter_that_was_typed_before_the_app_took_the_terminal_is_enter(sample_store: Path) -> None:
    """Until then the terminal turns it into a line feed, which is ``ctrl+j``."""

    async def steps(app: Driven) -> None:
        await app.press("slash")
        await app.type("mataram")
        await app.press("ctrl+j")
        assert app.screen.region_code == "52.71"

    async def bound(app: Driven) -> None:
        await app.press("slash")
        await app.type("mataram")
        await app.press("ctrl+j")
        assert app.app.messages or app.screen.__class__.__name__ != "RegionScreen"

    drive(sample_store, steps)
    drive(sample_store, bound, keymap={"sync.now": "ctrl+j"})


def test_an_indicator_without_a_region_asks_for_one(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("6", "slash")
        await app.type("LHKPN")
        kinds = [hit.kind for hit in app.screen.hits]
        await app.press(*["down"] * kinds.index("indicator"), "enter")
        assert app.screen.ID == "sync"
        assert "Pilih dulu sebuah daerah." in app.told()

    drive(sample_store, steps)


def test_a_conflict_is_marked_on_the_page(tmp_path: Path) -> None:
    import waiting

    path = waiting.fill(tmp_path / "akk.db")

    async def steps(app: Driven) -> None:
        assert "≠ Kota Blitar" in app.text()
        await app.app.open_region("35.72", indicator="2.4", item="2.4.3")
        await app.settle()
        assert "≠ beda isian: jawab di layar 6" in app.text()
        assert "2.4 Kepatuhan Pelaporan LHKPN" in app.text()
        assert "≠" in next(line for line in app.lines() if "  2.4 " in line)

    drive(path, steps)
