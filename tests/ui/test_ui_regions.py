"""Daerah: the table at each size, its filter with the hits marked, its sorts, and the choice of columns."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import filled
import pytest
from work_app import drive, Driven

from akk_tui import config
from akk_tui import paths as folders
from akk_tui.contract.errors import AkkError
from akk_tui.ui import columns as choices
from akk_tui.ui import overview
from akk_tui.ui.widgets import heat
from akk_tui.ui.widgets.table import AkkTable

Snapshot = Callable[[str, str], None]
COMPONENTS = [str(n) for n in range(1, 7)]


def marked(app: Driven, code: str, column: str) -> list[str]:
    """What is underlined in a cell."""
    table = app.screen.query_one("#regions", AkkTable)
    at = [one.key for one in table._shown_columns].index(column)
    cell = table.row_cells(code)[at]
    return [cell.plain[span.start : span.end] for span in cell.spans if "underline" in str(span.style)]


@pytest.mark.parametrize("size", [(160, 50), (120, 40), (80, 24), (40, 15)])
def test_the_table_of_regions_at_every_size(sample_store: Path, snapshot: Snapshot, size: tuple[int, int]) -> None:
    async def steps(app: Driven) -> None:
        await app.press("2")
        snapshot(f"regions-{size[0]}x{size[1]}", app.text())
        assert max(len(line) for line in app.lines()) <= size[0]

    drive(sample_store, steps, size=size)


@pytest.mark.parametrize("screen", ["regions", "dashboard"])
def test_columns_fall_away_in_the_order_that_the_window_lists(screen: str) -> None:
    everything = heat.SCREENS[screen]
    assert sorted(everything) == sorted(heat.SPECS)
    seen: list[set[str]] = []
    for width in range(260, 5, -1):
        found = heat.columns(screen, width, COMPONENTS, "> 90", everything)
        assert found[:2] == [found[0], found[1]]
        keys = {"components" if column.key[1:].isdigit() else column.key for column in found}
        assert {"mark", "name"} <= keys
        assert keys - {"mark", "name"} == set(heat.fitting(screen, width, everything))
        assert width < 20 or sum(column.width or 0 for column in found) <= width
        if not seen or seen[-1] != keys:
            seen.append(keys)
    gone = [next(iter(before - after)) for before, after in pairwise(seen)]
    assert gone == list(reversed(everything))


def test_what_is_not_chosen_is_not_shown() -> None:
    found = heat.columns("regions", 200, COMPONENTS, "> 90", ("stage", "name"))
    assert [column.key for column in found] == ["mark", "name", "stage"]


def test_the_filter_finds_and_esc_empties_it(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("2", "f")
        await app.type("minahasa")
        assert "Kab. Minahasa Tenggara" in app.text()
        assert "Kota Blitar" not in app.text()
        assert "1 dari 19 daerah" in app.text()
        await app.press("enter", "enter")
        assert app.screen.region_code == "71.07"
        await app.press("escape", "f")
        await app.type("xx")
        assert "Tidak ada daerah yang cocok dengan “xx”" in app.text()
        await app.press("escape")
        assert "19 daerah" in app.text()
        await app.press("f", "down", "o", "2", "w")
        assert "Prioritas pemenuhan" in app.text()

    drive(sample_store, steps)


@pytest.mark.parametrize(
    ("typed", "code", "column", "hit"),
    [
        ("blit", "35.72", "name", ["Blit"]),
        ("jawa tim", "35.72", "province", ["Jawa", "Tim"]),
        ("35.7", "35.72", "code", ["35.7"]),
        ("pendamp", "71.07", "stage", ["pendamp"]),
        ("contoh2", "52.71", "team", ["contoh2"]),
        ("jatim", "35.72", "province", ["J", "a", "T", "i", "m"]),
        ("mnhs", "71.07", "name", ["M", "n", "h", "s"]),
    ],
)
def test_name_province_code_stage_and_officer_are_searched_and_marked(
    sample_store: Path, typed: str, code: str, column: str, hit: list[str]
) -> None:
    async def steps(app: Driven) -> None:
        await app.press("2", "f")
        await app.type(typed)
        assert marked(app, code, column) == hit
        await app.press("escape")
        assert marked(app, code, column) == []

    drive(sample_store, steps, size=(160, 50))


def test_hits_are_marked_at_the_beginning_of_a_word_first() -> None:
    found = overview.hits("ko bl")
    assert found is not None
    assert list(found("Kota Blitar")) == [(0, 2), (5, 7)]
    assert list(found("Tikoko")) == [(2, 4)]
    assert list((overview.hits("ba") or list)("Sumbawa Barat")) == [(8, 10)]
    assert list(found("Bandung")) == []
    assert overview.hits("  ") is None
    # A letter that grows when it is folded leaves the text unmarked rather than marked in the wrong place.
    assert list((overview.hits("bitlis") or list)("BİTLİS")) == []


def test_typing_begins_at_the_best_match_and_a_country_stays_whole(tmp_path: Path) -> None:
    async def steps(app: Driven) -> None:
        table = app.screen.query_one("#regions", AkkTable)
        await app.press("ctrl+end", "f")
        await app.type("k")
        await app.until(lambda: table.row_count == 514, "all that match arrive")
        assert table.cursor_row == 0
        await app.type("ota blitar")
        assert table.cursor_key == "35.72"

    drive(filled.fill_country(tmp_path / "akk.db"), steps, at="regions")


@pytest.mark.parametrize("order", list(overview.SORTS))
def test_every_order_can_be_chosen_and_is_named(sample_store: Path, order: str) -> None:
    async def steps(app: Driven) -> None:
        await app.press("2", "o")
        app.screen.query_one(AkkTable).go_to(order)
        await app.press("enter")
        assert app.screen.order == order
        assert overview.SORTS[order][0] in app.text()
        rows = list(app.screen.query_one("#regions", AkkTable)._shown)
        assert rows == [row.code for row in overview.arrange(app.screen.rows, "all", order)]

    drive(sample_store, steps)


def test_columns_are_ticked_used_at_once_and_kept(sample_store: Path) -> None:
    kept: list[tuple[str, str]] = []

    async def steps(app: Driven) -> None:
        await app.press("2", "v")
        assert "Kolom Daerah" in app.text()
        assert "[✓] kriteria terpenuhi" in app.text()
        await app.press("7")
        assert "[ ] kriteria terpenuhi" in app.text()
        app.screen.query_one(AkkTable).go_to("components")
        await app.press("space", "enter")
        assert "Krit." not in app.text()
        assert kept[-1][0] == "ui.regions_columns"
        assert "components" in kept[-1][1].split(", ")
        assert "criteria" not in kept[-1][1].split(", ")
        await app.press("v", "r", "enter")
        assert kept[-1] == ("ui.regions_columns", "")
        assert "Krit." in app.text()
        await app.press("v", "1", "escape")
        assert "Nilai" in app.text()
        assert len(kept) == 2

    drive(sample_store, steps, save_setting=lambda name, value: kept.append((name, value)))


def test_the_window_says_what_has_no_room(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("2", "v", "a")
        lines = [line for line in app.lines() if "tidak muat di lebar ini" in line]
        assert len(lines) == len(heat.SPECS) - len(heat.fitting("regions", 78, heat.SPECS))
        assert "petugas" in "".join(lines)
        await app.press("9", "9", "0", "enter")
        assert app.app.columns["regions"] == tuple(heat.SPECS)
        await app.pilot.resize_terminal(40, 15)
        await app.press("v")
        assert max(len(line) for line in app.lines()) <= 40

    drive(sample_store, steps, size=(80, 24))


def test_no_column_at_all_leaves_the_name(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("2", "v")
        window = app.screen
        window.ticked.clear()
        await app.press("enter")
        assert app.app.columns["regions"] == ("name",)
        assert "Kota Blitar" in app.text()
        assert "84,05" not in app.text()
        await app.press("v")
        assert app.screen.ticked == set()

    drive(sample_store, steps)


def test_a_choice_that_cannot_be_kept_is_told_and_used(sample_store: Path) -> None:
    class Full(AkkError):
        code = "full"
        text = "penuh"

    def refuse(name: str, value: str) -> None:
        raise Full

    async def steps(app: Driven) -> None:
        await app.press("2", "v", "1", "enter")
        assert "penuh" in app.told()
        assert "84,05" not in app.text()

    drive(sample_store, steps, save_setting=refuse)


def test_the_columns_are_a_setting(sample_store: Path, tmp_path: Path) -> None:
    kept = folders.find(tmp_path / "home")
    folders.write_private(kept.config_file, b'[ui]\nregions_columns = ["score"]\n')

    async def steps(app: Driven) -> None:
        await app.press("7")
        table = app.screen.query_one(AkkTable)
        table.go_to("ui.regions_columns")
        await app.settle()
        assert "config.toml:2" in app.text()
        await app.press("enter", "2", "enter")
        assert config.load(kept).ui.regions_columns == ("score", "gap")
        assert "nilai resmi, atau ~ perkiraan, kurang" in app.text()
        await app.press("right")
        assert "Tekan enter untuk mengubahnya." in app.told()
        await app.press("2")
        assert "Provinsi" not in app.text()
        assert "Kurang" in app.text()
        await app.press("7", "delete", "2")
        assert "Provinsi" in app.text()
        assert config.load(kept).ui.regions_columns == ()

    drive(sample_store, steps, paths=kept, columns={"regions": ("score",)})


@pytest.mark.parametrize("text", ["score, nope", "score, score", "skor"])
def test_a_column_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(AkkError) as caught:
        config.checked("ui.regions_columns", text)
    assert "components" in caught.value.words()


def test_the_file_names_columns_as_the_table_does(tmp_path: Path) -> None:
    paths = folders.find(tmp_path / "home")
    every = ", ".join(("name", *heat.SPECS))
    assert config.set_value(paths, "ui.dashboard_columns", every).ui.dashboard_columns == ("name", *heat.SPECS)
    folders.write_private(paths.config_file, b'[ui]\ndashboard_columns = "score"\n')
    with pytest.raises(AkkError):
        config.load(paths)
    assert choices.text_of("dashboard", heat.DEFAULTS["dashboard"]) == ""
