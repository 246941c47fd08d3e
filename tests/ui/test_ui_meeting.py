"""Mode rapat: what the other side of the table sees, what it never sees, and the one key that leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from work_app import drive, Driven, NOW

from akk_tui import i18n
from akk_tui.store.store import Store
from akk_tui.ui import commands
from akk_tui.ui.screens.meeting import MeetingScreen, open_meeting

SECRETS = (
    "Kota Mataram",
    "Minahasa",
    "Kab. Blitar",
    "77,50",
    "RAHASIA",
    "kasus",
    "contoh1",
    "belum terkirim",
    "luring",
)
"""Another region, a score, a note, a criterion, the officer, the state of the sync."""
FORBIDDEN = (*SECRETS, "Nilai", "perkiraan", "proyeksi", "Catatan", "naik", "AKK", "beda isian", "sinkron", "Bantuan")


@pytest.fixture
def path(store_path: Path) -> Path:
    """The sample with a note, a score, other regions, and ``kasus`` of the region in it."""
    with Store.open(store_path) as store:
        fields = {"cycle": "2025", "region": "35.72", "subject": "35.72:2.4", "title": "RAHASIA", "body": "RAHASIA"}
        store.create("note", {**fields, "tags": []})
        store.edit("criterion", "2025:35.72:kasus", {"value": "tidak"}, seen=None)
        store.edit("assessment", "2025:35.72:2.4", {"evidence.2.4.1.1": {"title": "SK RAHASIA2"}}, seen=None)
    return store_path


def unseen(app: Driven) -> None:
    """Nothing of what others must not see stands anywhere on the screen."""
    text = app.text()
    for words in FORBIDDEN:
        assert words.casefold() not in text.casefold().replace("rahasia2", ""), f"{words}\n{text}"


async def begin(app: Driven, region: str = "35.72", owner: str = "BKPSDM") -> MeetingScreen:
    await open_meeting(app.app, region, owner)
    await app.settle()
    return app.screen


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 15), (200, 60)])
def test_only_this_opds_items_of_this_region_stand_on_it(path: Path, size: tuple[int, int]) -> None:
    async def test(app: Driven) -> None:
        screen = await begin(app)
        text = app.text()
        assert "BKPSDM" in text
        assert "Kota Blitar" in text
        assert "ctrl+x keluar" in text
        assert {row.item.owner for row in screen._shown.values()} == {"BKPSDM"}
        assert {row.region for row in screen._shown.values()} == {"35.72"}
        assert "batas waktu" in text
        unseen(app)
        await app.press("a", "pagedown", "end")
        unseen(app)

    drive(path, test, size)


def test_what_was_just_said_does_not_come_along(path: Path) -> None:
    async def test(app: Driven) -> None:
        app.app.tell("Kota Mataram belum terkirim", "warning")
        await app.until(lambda: "Kota Mataram" in app.told(), "it is said")
        await begin(app)
        assert app.told() == ""

    drive(path, test)


KEYS = sorted({key for command in commands.COMMANDS for key in commands.keys_of(command, {})} - {"ctrl+x", "f12"})
"""All but the one that leaves, and the one that locks: what it puts over the meeting shows nothing."""


def test_no_key_of_the_app_works_or_leaves(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await begin(app)
        for key in (*KEYS, "q", "ctrl+c", "f1", "f5", "tab", "ctrl+backslash"):
            await app.pilot.press(key)
            await app.pilot.pause()
            if app.screen is not screen:
                assert type(app.screen).__name__ in ("StateMenu", "Form"), key
                unseen(app)
                await app.pilot.press("escape")
                await app.pilot.pause()
            assert app.screen is screen, key
            assert app.app.return_code is None
        await app.settle()
        unseen(app)
        await app.press("ctrl+x")
        assert app.screen is not screen
        assert not app.app.has_class("-meeting")

    drive(path, test)


@pytest.mark.parametrize("window", ["space", "b"])
def test_the_windows_over_it_name_no_other_screen(path: Path, window: str) -> None:
    async def test(app: Driven) -> None:
        await begin(app)
        await app.press(window)
        asking = app.screen
        for key in ("f1", "question_mark", "ctrl+p", "alt+2", "ctrl+n"):
            await app.press(key)
            assert app.screen is asking, key
            unseen(app)

    drive(path, test)


@pytest.mark.parametrize("size", [(120, 24), (80, 24), (40, 15)])
def test_a_long_list_is_not_wider_than_the_screen(path: Path, size: tuple[int, int]) -> None:
    async def test(app: Driven) -> None:
        await begin(app)
        await app.press("a")
        table = app.screen.query_one("#asked")
        assert table.show_vertical_scrollbar
        assert not table.show_horizontal_scrollbar
        assert table.max_scroll_x == 0

    drive(path, test, size)


def test_nothing_is_said_over_it(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await begin(app)
        app.app.tell("Kota Mataram: RAHASIA", "error")
        await app.settle()
        unseen(app)
        await app.press("space")
        app.app.tell("Kota Mataram: RAHASIA lagi", "warning")
        await app.settle()
        unseen(app)
        await app.press("escape")
        app.app.data_changed()
        await app.settle()
        assert app.screen is screen
        unseen(app)

    drive(path, test)


def test_a_state_is_set_and_only_that_is_taken_back(path: Path) -> None:
    async def test(app: Driven) -> None:
        before = len(app.store.views.outbox())
        screen = await begin(app)
        await app.press("u")
        assert "Belum ada yang diubah di sini." in app.text()
        assert len(app.store.views.outbox()) == before
        key = screen.query_one("#asked").cursor_key
        await app.press("space", "3")
        assert "Tidak ada yang berubah." in app.text()
        await app.press("space", "4")
        row = screen._shown[key]
        assert row.item.state == "diverifikasi"
        assert f"{row.item.id} menjadi diverifikasi; tersimpan." in app.text()
        unseen(app)
        await app.press("enter", "5")
        assert key not in screen._shown
        await app.press("a")
        assert screen._shown[key].item.state == "diterima"
        await app.press("u")
        assert screen._shown[key].item.state == "diverifikasi"
        await app.press("u", "u")
        assert len(app.store.views.outbox()) == before
        assert "Belum ada yang diubah di sini." in app.text()

    drive(path, test)


def test_what_another_process_writes_meanwhile_is_not_taken_back(path: Path) -> None:
    due = "2025-12-01"

    async def test(app: Driven) -> None:
        screen = await begin(app)
        key = screen.query_one("#asked").cursor_key
        before = screen._shown[key].item.state
        await app.press("space", "4")
        with Store.open(path, now=lambda: NOW) as other:
            other.edit("assessment", "2025:35.72:1.1", {"due": due}, seen=None)
        await app.press("u")
        assert screen._shown[key].item.state == before
        assert "Diurungkan." in app.text()
        await app.press("u")
        assert "Belum ada yang diubah di sini." in app.text()
        found = app.store.views.region("2025", "35.72").components[0].indicators[0]
        assert str(found.due) == due

    drive(path, test)


def test_what_another_process_has_taken_back_is_not_taken_back_again(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await begin(app)
        key = screen.query_one("#asked").cursor_key
        before = screen._shown[key].item.state
        await app.press("space", "4")
        with Store.open(path, now=lambda: NOW) as other:
            other.undo()
        await app.press("u")
        assert screen._shown[key].item.state == before
        assert "Sudah diurungkan dari tempat lain." in app.text()

    drive(path, test)


def test_a_refusal_is_said_on_the_screen_itself(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await begin(app)
        await app.press("space")
        with Store.open(app.path) as other, other.db.write():
            other.db.execute("UPDATE unit SET write = 0")
        await app.press("4")
        assert str(screen.query_one("#told").words).strip()
        screen.renew()
        await app.press("space")
        assert "Hanya dapat dibaca." in app.text()

    drive(path, test)


def test_evidence_is_written_down_and_taken_back(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await begin(app)
        before = screen._here.item.evidence
        await app.press("b")
        assert "Bukti" in app.text()
        unseen(app)
        await app.type("SK baru")
        await app.press("ctrl+s")
        assert len(screen._here.item.evidence) == len(before) + 1
        assert "Bukti tersimpan." in app.text()
        assert "SK baru" in app.text()
        unseen(app)
        await app.press("u")
        assert screen._here.item.evidence == before
        for _n in range(5 - len(before)):
            await app.press("b")
            await app.type("SK")
            await app.press("ctrl+s")
        await app.press("b")
        assert "Butir ini sudah memuat 5 bukti." in app.text()

    drive(path, test)


def test_the_opd_is_asked_for_where_there_are_several(path: Path) -> None:
    async def test(app: Driven) -> None:
        await open_meeting(app.app, "35.72", None)
        await app.settle()
        assert "Mode rapat dengan OPD" in app.text()
        assert "butir" in app.text()
        await app.press("escape")
        assert not isinstance(app.screen, MeetingScreen)
        await open_meeting(app.app, "35.72", None)
        await app.settle()
        await app.press("2")
        assert isinstance(app.screen, MeetingScreen)
        unseen(app)

    drive(path, test)


def test_one_opd_is_not_asked_for_and_none_has_a_sentence(path: Path) -> None:
    async def test(app: Driven) -> None:
        await open_meeting(app.app, "99.99", None)
        await app.settle()
        assert "Belum ada butir dengan penanggung jawab" in app.told()
        rows = app.store.views.checklist("2025", ["35.72"])
        owned = {f"item_owner.{row.item.id}": "BKPSDM" for row in rows}
        for row in rows:
            name = f"item_owner.{row.item.id}"
            app.store.edit("assessment", f"2025:35.72:{row.indicator}", {name: owned[name]}, seen=None)
        await open_meeting(app.app, "35.72", None)
        await app.settle()
        assert isinstance(app.screen, MeetingScreen)
        assert app.screen.owner == "BKPSDM"

    drive(path, test)


def test_an_opd_that_owes_nothing_is_thanked(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await begin(app, owner="Tidak Ada")
        assert "Tidak ada bukti dukung yang diminta di sini." in app.text()
        await app.press("space", "enter")
        assert app.screen is screen
        await app.press("ctrl+x")
        rows = [row for row in app.store.views.checklist("2025", ["35.72"]) if row.item.owner == "BKPSDM"]
        for row in rows:
            key = f"2025:35.72:{row.indicator}"
            app.store.edit("assessment", key, {f"item.{row.item.id}": "diterima"}, seen=None)
        await begin(app)
        assert "Semua bukti dukung yang diminta sudah diterima." in app.text()

    drive(path, test)


def test_it_begins_from_the_checklist_with_m(path: Path) -> None:
    async def test(app: Driven) -> None:
        app.screen._query.value = "daerah:35.72 indikator:2.4"
        await app.settle()
        await app.press("m")
        assert isinstance(app.screen, MeetingScreen)
        assert app.screen.owner == "BKPSDM"
        await app.press("escape", "1", "ctrl+x")
        assert app.screen.ID == "checklist"
        app.screen._table.go_to("head:BKPSDM")
        await app.press("m")
        assert "Pilih dulu sebuah butir" in app.told()

    drive(path, test, at="checklist")


def test_it_speaks_english(path: Path) -> None:
    i18n.use("en")

    async def test(app: Driven) -> None:
        await begin(app)
        for words in ("bukti", "batas", "keluar", "diunggah", "Semua"):
            assert words not in app.text()

    drive(path, test, (80, 24))


def test_the_key_that_leaves_is_the_users(path: Path) -> None:
    async def test(app: Driven) -> None:
        screen = await begin(app)
        assert "ctrl+y keluar" in app.text()
        await app.press("ctrl+y")
        assert app.screen is not screen

    drive(path, test, keymap={"meeting.leave": "ctrl+y"})
