"""Differences in the screen Sinkronisasi: each answered, all of a region, another value typed."""

from __future__ import annotations

from pathlib import Path

import pytest
import waiting
from sync_places import go_to_tab
from work_app import drive, Driven

from akk_tui.store.shapes import OutboxRow
from akk_tui.store.store import Store
from akk_tui.ui.screens.sync import SyncScreen


@pytest.fixture
def path(waiting_path: Path) -> Path:
    return waiting_path


def test_mine_and_theirs_take_one_key(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("m")
        assert "Isian saya dipakai; u mengurungkan: isian rekan berlaku." in app.told()
        mine = [row for row in app.store.views.outbox() if row.field == "item.2.4.3"]
        assert [(row.set, row.was, row.state) for row in mine] == [
            ({"item.2.4.3": "diunggah"}, {"item.2.4.3": "diverifikasi"}, "queued")
        ]
        await app.press("t")
        assert "Isian rekan dipakai; isian saya ada di tab Dilepas, p memulihkannya." in app.told()
        assert [row for row in app.store.views.outbox() if row.field == "due"] == []
        assert "Tidak ada beda isian." in app.text()
        await app.press("t")
        assert "Pilih dulu sebuah beda isian" in app.told()

    drive(path, test, at="sync")


def test_undo_after_mine_lets_theirs_hold(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("m", "u")
        assert len(app.store.views.conflicts()) == 1
        assert [row for row in app.store.views.outbox() if row.field == "item.2.4.3"] == []

    drive(path, test, at="sync")


def test_what_was_let_go_is_put_back(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("down", "t")
        await go_to_tab(app, "discarded")
        text = app.text()
        assert "isian rekan dipakai" in text
        assert "digabung dengan isian rekan" in text
        await app.press("down")
        text = app.text()
        assert "p memulihkannya sebagai perubahan baru." in text
        await app.press("enter")
        assert "dilepas: isian rekan dipakai" in app.text()
        await app.press("escape", "p")
        assert "Dipulihkan sebagai perubahan baru: 20 Okt 2025. u mengurungkannya." in app.told()
        assert [row.set for row in app.store.views.outbox() if row.field == "due"] == [{"due": "2025-10-20"}]
        assert "isian rekan dipakai" not in app.text()
        await app.press("u")
        assert [row for row in app.store.views.outbox() if row.field == "due"] == []

    drive(path, test, at="sync")


def test_a_text_that_is_put_back_beside_a_newer_one_says_what_becomes_of_both(path: Path) -> None:
    with Store.open(path) as store:
        store.edit("assessment", waiting.KEY, {"summary": "Rapat Jumat."}, seen=None)
        store.undo()
        store.edit("assessment", waiting.KEY, {"summary": "Rapat Sabtu."}, seen=None)

    async def test(app: Driven) -> None:
        await go_to_tab(app, "discarded")
        for _ in range(4):
            if "Rapat Jumat." in app.text():
                break
            await app.press("down")
        assert "p memulihkannya; isi yang lebih baru digabung atau menjadi selisih." in app.text()
        await app.press("p")
        assert "Dipulihkan: Rapat Jumat.. Isi yang lebih baru digabung atau menjadi selisih." in str(app.told())

    drive(path, test, at="sync")


@pytest.mark.parametrize(("key", "left", "gone"), [("M", 2, "31 Okt 2025 (contoh2"), ("T", 0, "20 Okt 2025")])
def test_a_whole_region_is_answered_after_all_values_were_listed(path: Path, key: str, left: int, gone: str) -> None:
    async def test(app: Driven) -> None:
        await app.press(key)
        text = app.text()
        assert text.count("dipakai  ") == text.count("dilepas  ") == 2
        assert f"dilepas  {gone}" in text
        await app.press("escape")
        assert len(app.store.views.conflicts()) == 2
        await app.press(key, "enter")
        assert "2 beda isian Kota Blitar dijawab dengan" in app.told()
        assert app.store.views.conflicts() == ()
        queued = [row for row in app.store.views.outbox() if row.key == waiting.KEY and row.state == "queued"]
        assert len(queued) == left
        if left:
            await app.press("u")
            assert [row for row in app.store.views.outbox() if row.key == waiting.KEY and row.state == "queued"] == []

    drive(path, test, at="sync")


def test_older_values_of_mine_are_listed_among_those_that_go(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen: SyncScreen = app.screen
        older = OutboxRow(
            "a", 1, "assessment", "2025:35.72:2.4", "due", {"due": "2025-10-15"}, None, "conflict", None, waiting.AT,
            "35.72", "Kota Blitar", "LHKPN", "Assets",
        )  # fmt: skip
        screen.fetched("work", screen._work._replace(conflicts=(waiting.conflict(),), outbox=(older,)))
        await app.settle()
        assert "saya, dulu: 15 Okt 2025" in app.text()
        await app.press("T")
        assert "dilepas  20 Okt 2025" in app.text()
        assert "dilepas  15 Okt 2025" in app.text()

    drive(path, test, at="sync")


def test_where_there_is_no_room_for_the_values_they_are_shown_before_they_go(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("t")
        assert "isian saya    diunggah" in app.text()
        assert len(app.store.views.conflicts()) == 2
        await app.press("t")
        assert len(app.store.views.conflicts()) == 1

    drive(path, test, (40, 15), at="sync")


@pytest.mark.parametrize("size", [(80, 24), (40, 15)])
def test_however_many_values_a_window_lists_its_keys_stay_in_sight(path: Path, size: tuple[int, int]) -> None:
    async def test(app: Driven) -> None:
        screen: SyncScreen = app.screen
        many = tuple(waiting.conflict(op=f"op{n}", title=f"Indikator {n}") for n in range(30))
        screen.fetched("work", screen._work._replace(conflicts=many))
        await app.settle()
        await app.press("T")
        assert "enter menjawab 30 beda isian" in app.text()
        assert "Indikator 29" not in app.text()
        await app.press("end")
        assert "Indikator 29" in app.text()

    drive(path, test, size, at="sync")


def test_a_region_whose_difference_went_away_meanwhile_is_left_alone(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("T")
        with Store.open(app.path) as other:
            other.resolve(other.views.conflicts()[1].op, "theirs")
        await app.press("enter")
        assert "tidak (lagi) termasuk beda isian" in app.told()
        assert len(app.store.views.conflicts()) == 1

    drive(path, test, at="sync")


@pytest.mark.parametrize(("key", "left"), [("m", ["item.2.4.3"]), ("t", [])])
def test_the_window_of_a_difference_takes_the_same_keys(path: Path, key: str, left: list[str]) -> None:
    async def test(app: Driven) -> None:
        await app.press("enter", key)
        assert len(app.store.views.conflicts()) == 1
        assert [row.field for row in app.store.views.outbox() if row.field == "item.2.4.3"] == left

    drive(path, test, at="sync")


def test_another_state_is_chosen_from_the_menu(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("e", "escape")
        assert len(app.store.views.conflicts()) == 2
        await app.press("enter", "e", "5")
        assert [row.set for row in app.store.views.outbox() if row.field == "item.2.4.3"] == [
            {"item.2.4.3": "diterima"}
        ]
        assert "Isian lain dipakai" in app.told()

    drive(path, test, at="sync")


def test_another_value_is_typed_and_checked(path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.press("down", "e")
        assert "isian rekan: 31 Okt 2025" in app.text()
        box = app.screen.box("due")
        assert box.typed == "2025-10-20"
        box.input.put("entah")
        await app.press("ctrl+s")
        assert "tanggal tidak dikenali" in app.text()
        await app.press("escape", "escape", "e")
        app.screen.box("due").input.put("25 okt")
        await app.press("ctrl+s")
        assert [row.set for row in app.store.views.outbox() if row.field == "due"] == [{"due": "2025-10-25"}]

    drive(path, test, at="sync")


def test_a_long_text_is_shown_by_its_differing_words_and_written_in_the_editor(path: Path) -> None:
    base = "Rapat pada hari Selasa pukul 09.00 di Balai Kota, dihadiri semua kepala perangkat daerah."

    async def test(app: Driven) -> None:
        screen: SyncScreen = app.screen
        row = waiting.conflict(
            field="summary",
            base={"summary": base},
            mine={"summary": base.replace("Selasa", "Senin")},
            theirs={"summary": base.replace("Selasa", "Rabu")},
        )
        screen.fetched("work", screen._work._replace(conflicts=(row,)))
        await app.settle()
        marks = [("base", "[Selasa]"), ("mine", "[Senin]"), ("theirs", "[Rabu]")]
        assert all(word in waiting.shown(screen.query_one(f"#side_{name}")._said) for name, word in marks)
        await app.press("e")
        assert app.screen.ID == "merge_text"

    drive(path, test, at="sync")


def test_a_whole_row_takes_no_other_value(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen: SyncScreen = app.screen
        row = waiting.conflict(kind="followup", field="", mine={"text": "x"}, base=None, theirs={"text": "y"})
        screen.fetched("work", screen._work._replace(conflicts=(row,)))
        await app.settle()
        await app.press("e")
        assert "Baris utuh atau penghapusan dijawab dengan isian saya atau isian rekan." in app.told()
        await app.press("enter", "e")
        assert sum(one.words.startswith("Baris utuh") for one in app.app.messages) == 2
        assert "e isian lain" not in app.screen.query_one("#keys").content.plain

    drive(path, test, at="sync")
