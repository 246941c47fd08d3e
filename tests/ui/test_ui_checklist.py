"""Daftar periksa: rows, groups and filter as pure functions, then the screen on the sample data."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import filled
import pytest
from work_app import drive, Driven, NOW

from akk_tui import i18n
from akk_tui.store.shapes import ChecklistRow, ItemRow
from akk_tui.store.store import Store
from akk_tui.ui.screens import checklist
from akk_tui.ui.screens.checklist import ChecklistScreen
from akk_tui.ui.widgets import checklist_rows
from akk_tui.ui.widgets.checklist_table import columns


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled.fill_sample(tmp_path_factory.mktemp("checklist") / "akk.db")


@pytest.fixture
def path(sample: Path, tmp_path: Path) -> Path:
    """A copy of the sample store that a test may change."""
    copy = tmp_path / "akk.db"
    with Store.open(sample) as store:
        store.db.execute("VACUUM INTO ?", (str(copy),))
    return copy


@pytest.fixture(scope="module")
def rows(sample: Path) -> tuple[ChecklistRow, ...]:
    with Store.open(sample, now=lambda: NOW) as store:
        return store.views.checklist("2025")


def made(id: str = "2.4.1", region: str = "35.72", **fields: object) -> ChecklistRow:  # noqa: A002
    item = {
        "id": id, "pos": int(id[-1]), "title": "Daftar wajib lapor", "title_en": "List", "state": "belum_ada",
        "owner": "BKPSDM", "due": None, "overdue_days": None, "gain": 1.0, "evidence": (), "pending": False,
        "conflict": False, "seen": "belum_ada", **fields,
    }  # fmt: skip
    names = {"35.72": "Kota Blitar", "52.71": "Kota Mataram"}
    indicator = id.rsplit(".", 1)[0]
    return ChecklistRow(
        "2025", region, names[region], id[0], indicator, "Kepatuhan LHKPN", "Compliance", ItemRow(**item), True  # type: ignore[arg-type]
    )  # fmt: skip


# --- groups


def test_groups_stand_in_order_and_what_needs_work_comes_first() -> None:
    given = [
        made("2.4.1"),
        made("2.4.2", state="perlu_perbaikan"),
        made("2.10.1", owner="Inspektorat", state="diterima"),
        made("2.4.3", due=date(2025, 9, 1)),
        made("2.4.4", owner=None),
    ]
    given = sorted(given, key=checklist_rows._order)
    groups = checklist_rows.grouped(given, "owner")
    assert [(group.title, group.open) for group in groups] == [
        ("BKPSDM", 3), ("Inspektorat", 0), ("belum ada penanggung jawab", 1),
    ]  # fmt: skip
    assert [row.item.id for row in groups[0].rows] == ["2.4.2", "2.4.3", "2.4.1"]
    assert [group.key for group in checklist_rows.grouped(given, "indicator")] == ["2.4", "2.10"]
    dues = checklist_rows.grouped(given, "due")
    assert [group.title for group in dues] == ["1 Sep 2025", "tanpa batas waktu"]
    assert [group.title for group in checklist_rows.grouped(given, "region")] == ["Kota Blitar 35.72"]


@pytest.mark.parametrize("by", checklist_rows.GROUPINGS)
def test_no_row_is_lost_or_doubled_by_grouping(rows: tuple[ChecklistRow, ...], by: str) -> None:
    groups = checklist_rows.grouped(rows, by)
    keys = [checklist_rows.row_key(row) for group in groups for row in group.rows]
    assert sorted(keys) == sorted(map(checklist_rows.row_key, rows))
    assert len(set(keys)) == len(keys)


# --- the screen


async def _open(app: Driven) -> ChecklistScreen:
    if not isinstance(app.screen, ChecklistScreen):
        await app.press("3")
    await app.settle()
    return app.screen


async def _narrowed(app: Driven) -> ChecklistScreen:
    """Only the items of Kota Blitar's 2.4."""
    screen = await _open(app)
    screen._query.value = "daerah:35.72 indikator:2.4"
    await app.settle()
    return screen


def test_what_is_missing_stands_in_groups_of_opd(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _open(app)
        text = app.text()
        assert "▸ BKPSDM · " in text
        assert " terlambat · naik " in text
        assert "! perlu perbaikan 2.4." in text
        assert "terlambat 6 hari" in text
        assert "menurut OPD" in text
        assert "✓" not in text, "accepted items are not what is missing"
        assert "butir lagi (enter menampilkan)" in text

    drive(path, test, at="checklist")


def test_g_goes_through_the_groupings(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _open(app)
        for words in ("menurut indikator", "menurut daerah", "menurut batas waktu", "menurut OPD"):
            await app.press("g")
            assert words in app.text()
            assert app.screen._table.scroll_y == 0

    drive(path, test, at="checklist")


def test_what_is_owed_is_grouped_where_it_is_read_and_each_grouping_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str, bool]] = []
    original = checklist_rows.grouped

    def grouped(rows, by):
        made.append((by, threading.current_thread() is threading.main_thread()))
        return original(rows, by)

    monkeypatch.setattr(checklist_rows, "grouped", grouped)

    async def test(app: Driven) -> None:
        await _open(app)
        every = [(by, False) for by in checklist_rows.GROUPINGS]
        assert made == every
        await app.press("g", "g", "g", "g", "g")
        assert made == every
        made.clear()
        app.app.data_changed()
        # Reading anew may wait a little, after a slow one.
        await app.until(lambda: len(made) == len(every), "all groupings anew")
        # The one that is shown comes first, then that of the next key.
        assert made == [("indicator", False), ("region", False), ("due", False), ("owner", False)]

    drive(path, test, at="checklist")


def test_a_long_group_opens_and_closes(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _open(app)
        before = len(screen._shown)
        screen._table.go_to("head:BKPSDM")
        assert screen._here is None
        assert screen.region_code is None
        await app.press("space")
        assert "Pilih dulu sebuah butir." in app.told()
        await app.press("enter")
        assert len(screen._shown) > before
        await app.press("enter")
        assert len(screen._shown) == before
        screen._table.go_to("more:BKPSDM")
        await app.press("enter")
        assert len(screen._shown) > before
        assert screen._table.row_count > 0

    drive(path, test, at="checklist")


def test_the_menu_sets_a_state_and_u_takes_it_back(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # However slow reading was: what others change waits then, not what the officer does.
    monkeypatch.setattr(checklist, "_SHARE", 1e9)

    async def test(app: Driven) -> None:
        screen = await _narrowed(app)
        key = "2025:35.72:2.4.3"
        screen._table.go_to(key)
        await app.press("space")
        assert "perlu perbaikan  (sekarang)" in app.text()
        await app.press("3")
        assert "◐ diunggah ↑" in app.text()
        assert "belum terkirim" in app.text()
        waiting = app.store.views.outbox()
        assert [(row.key, row.set, row.was) for row in waiting] == [
            ("2025:35.72:2.4", {"item.2.4.3": "diunggah"}, {"item.2.4.3": "perlu_perbaikan"})
        ]
        await app.press("u")
        assert app.store.views.outbox() == ()
        assert "diunggah ↑" not in app.text()

    drive(path, test, at="checklist")


def test_the_menu_is_left_without_a_change(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _narrowed(app)
        screen._table.go_to("2025:35.72:2.4.3")
        await app.press("space", "escape")
        assert app.store.views.outbox() == ()
        await app.press("space", "space")
        assert "Tidak ada yang berubah." in app.told()
        await app.press("space", "down", "enter")
        assert [row.set for row in app.store.views.outbox()] == [{"item.2.4.3": "diunggah"}]

    drive(path, test, at="checklist")


def test_seen_is_what_stood_when_the_menu_opened(path: Path) -> None:
    """A pull between opening the menu and choosing must not change what the officer is taken to have seen."""

    async def test(app: Driven) -> None:
        screen = await _narrowed(app)
        screen._table.go_to("2025:35.72:2.4.3")
        await app.press("space")
        with Store.open(app.path) as other, other.db.write():
            other.db.execute(
                "UPDATE base SET data = json_set(data, '$.items', '5555'), rev = 2 WHERE key = '2025:35.72:2.4'"
            )
        app.app.data_changed()
        await app.settle()
        await app.press("5")
        assert [row.was for row in app.store.views.outbox()] == [{"item.2.4.3": "perlu_perbaikan"}]

    drive(path, test, at="checklist")


def test_marked_items_change_together_and_are_undone_together(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _narrowed(app)
        screen._table.go_to("2025:35.72:2.4.3")
        await app.press("x", "x")
        assert "2 ditandai" in app.text()
        await app.press("space")
        assert "2 butir yang ditandai" in app.text()
        await app.press("5")
        assert len(app.store.views.outbox()) == 2
        assert "2 butir menjadi diterima; u mengurungkan semuanya." in app.told()
        await app.press("u")
        assert app.store.views.outbox() == ()

    drive(path, test, at="checklist")


def test_marks_are_taken_away_one_by_one_by_group_and_all(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _narrowed(app)
        await app.press("X")
        assert "Tidak ada butir yang ditandai." in app.told()
        screen._table.go_to("2025:35.72:2.4.3")
        await app.press("x", "up", "x")
        assert screen._marked == set()
        screen._table.go_to("head:BKPSDM")
        await app.press("x")
        assert len(screen._marked) >= 2
        await app.press("X")
        assert screen._marked == set()
        screen._table.fill((), [])
        screen.action_mark()
        assert screen._marked == set()

    drive(path, test, at="checklist")


def test_a_region_that_is_only_read_says_so(tmp_path: Path) -> None:
    path = filled.fill_sample(tmp_path / "akk.db")
    with Store.open(path) as store, store.db.write():
        store.db.execute("UPDATE unit SET write = 0")

    async def test(app: Driven) -> None:
        await _open(app)
        await app.press("space")
        assert "hanya dapat dibaca oleh Anda" in app.told()

    drive(path, test, at="checklist")


def test_a_refusal_of_the_store_is_told_with_its_place(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _narrowed(app)
        screen._table.go_to("2025:35.72:2.4.3")
        await app.press("space")
        with Store.open(app.path) as other, other.db.write():
            other.db.execute("UPDATE unit SET write = 0")
        await app.press("5")
        assert "Kota Blitar · 2.4.3 " in app.told()
        assert app.store.views.outbox() == ()

    drive(path, test, at="checklist")


def test_a_shows_all_states(path: Path) -> None:
    async def test(app: Driven) -> None:
        await _narrowed(app)
        assert "diterima" not in app.text()
        await app.press("a")
        assert "✓ diterima" in app.text()
        assert "semua status" in app.text()

    drive(path, test, at="checklist")


def test_the_filter_is_told_what_it_did_not_understand(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _open(app)
        await app.press("f")
        await app.type("xyz:1 w")
        assert "Kata kunci “xyz:” tidak dikenal" in app.text()
        await app.press("escape")
        assert screen._table.has_focus
        await app.press("escape")
        assert screen._query.value == ""
        assert "tidak dikenal" not in app.text()
        await app.press("escape")
        assert app.screen is screen

    drive(path, test, at="checklist")


def test_nothing_found_and_nothing_missing_have_sentences(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _open(app)
        await app.press("f")
        await app.type("qqq")
        assert "Tidak ada butir yang cocok" in app.text()
        await app.press("escape", "escape")
        accepted = tuple(row for row in screen._rows if row.item.state == "diterima")
        screen.fetched("rows", screen._sheet.renewed(accepted, []))
        await app.settle()
        assert "Tidak ada yang kurang" in app.text()

    drive(path, test, at="checklist")


def test_a_store_without_data_has_a_sentence(tmp_path: Path) -> None:
    async def test(app: Driven) -> None:
        await _open(app)
        assert "Belum ada butir di sini" in app.text()
        await app.press("space", "x", "g", "enter")

    with Store.open(tmp_path / "akk.db"):
        pass
    drive(tmp_path / "akk.db", test, at="checklist")


def test_enter_opens_the_region_at_the_item(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _narrowed(app)
        screen._table.go_to("2025:35.72:2.4.3")
        assert screen.region_code == "35.72"
        await app.press("enter")
        assert app.screen.ID == "region"
        assert "Kota Blitar" in app.text()
        await app.app.action_go("checklist")
        await app.settle()
        assert isinstance(app.screen, ChecklistScreen)

    drive(path, test, at="checklist")


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 15)])
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_size_is_readable(path: Path, size: tuple[int, int], language: str) -> None:
    i18n.use(language)

    async def test(app: Driven) -> None:
        screen = await _open(app)
        lines = app.lines()
        assert all(len(line) <= size[0] for line in lines)
        assert any("2.4.4" in line for line in lines)
        if size[0] >= 80:
            assert any("Kab. Minahasa" in line for line in lines)
            await app.press("g", "g")
            assert screen._by == "region"

    drive(path, test, size, at="checklist")


def test_a_narrower_terminal_gives_columns_up(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await _open(app)
        assert len(columns(screen.size.width - 2, "owner")) == 6
        await app.pilot.resize_terminal(60, 24)
        await app.settle()
        assert [column.key for column in columns(58, "owner")] == ["mark", "state", "item", "due"]
        assert "!6" in app.text()

    drive(path, test, at="checklist")


def test_hostile_titles_stay_text(path: Path) -> None:
    hostile = "[@click=app.quit]x[/] [/nope] " + "Kabupaten Penukal Abab Lematang Ilir " * 5
    with Store.open(path) as store, store.db.write():
        store.db.execute(
            "UPDATE base SET data = json_set(data, '$.owners', json_array(?)) WHERE key = '2025:35.72:2.4'", (hostile,)
        )

    async def test(app: Driven) -> None:
        await _narrowed(app)
        assert "[@click=app.quit]x[/]" in app.text()
        assert "…" in app.text()

    drive(path, test, at="checklist")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_head_of_a_group_is_read_whole(path: Path, size: tuple[int, int]) -> None:
    async def steps(app: Driven) -> None:
        heads = [line for line in app.lines() if "BKPSDM ·" in line]
        assert "BKPSDM · 35 kurang · 6 terlambat · naik 7,7 per daerah" in heads[0]

    drive(path, steps, at="checklist", size=size)
