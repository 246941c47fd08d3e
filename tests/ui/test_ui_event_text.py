"""The texts of an activity: references by their titles, a draft that was left with its difference."""

from __future__ import annotations

from pathlib import Path

from work_app import drive, Driven

from akk_tui.store.store import Store
from akk_tui.ui.screens.draft_offer import DraftOffer
from akk_tui.ui.screens.event import EventScreen

MEETING = "Rapat kemajuan bukti dukung (contoh)"


def meeting(path: Path, **fields: str) -> str:
    """Set texts of the meeting and answer its id."""
    with Store.open(path) as store:
        key = next(row.id for row in store.views.events("2025") if row.title == MEETING)
        seen = store.views.event(key).seen
        store.edit("event", key, fields, seen={name: seen.get(name) for name in fields})
    return key


async def opened(app: Driven, key: str) -> None:
    await app.app.push_screen(EventScreen(app.store.views.event(key)))
    await app.settle()
    await app.press("right_square_bracket")


def test_references_stand_with_their_titles_and_go_into_a_followup(store_path: Path) -> None:
    key = meeting(store_path, outcome="- Lengkapi [[2.4]]")

    async def test(app: Driven) -> None:
        await opened(app, key)
        assert "• Lengkapi 2.4 Kepatuhan Pelaporan LHKPN (100%)" in app.text()
        app.screen.text_lines.go_to_section("outcome")
        await app.press("down", "t", "ctrl+s")
        assert "Lengkapi 2.4 Kepatuhan Pelaporan LHKPN (100%)" in [
            row.text for row in app.store.views.followups("2025")
        ]

    drive(store_path, test, at="agenda")


def test_the_preview_and_the_followup_of_a_line_have_the_titles_too(store_path: Path) -> None:
    key = meeting(store_path, outcome="- Lengkapi [[2.4]]")

    async def test(app: Driven) -> None:
        await opened(app, key)
        await app.press("h")
        assert app.screen.ID == "event_text"
        assert app.screen._line() == "Lengkapi 2.4 Kepatuhan Pelaporan LHKPN (100%)"
        await app.press("f3")
        assert "• Lengkapi 2.4 Kepatuhan Pelaporan LHKPN (100%)" in app.text()

    drive(store_path, test, at="agenda")


def test_a_reference_is_completed_while_it_is_typed(store_path: Path) -> None:
    key = meeting(store_path, outcome="Sepakat")

    async def test(app: Driven) -> None:
        await opened(app, key)
        await app.press("h", "space", "at", *"2.4")
        assert "2.4.1" in app.text()
        assert "Daftar wajib lapor LHKPN" in app.text()
        await app.press("enter")
        assert app.screen._editor.text == "Sepakat [[2.4]]"
        await app.press("enter", "at", "escape")
        # Esc withdraws what is offered, and only then leaves.
        assert app.screen.ID == "event_text"
        await app.press("ctrl+s")
        assert app.store.views.event(key).outcome == "Sepakat [[2.4]]\n@"

    drive(store_path, test, at="agenda")


def test_a_draft_that_was_left_is_offered_with_its_difference(store_path: Path) -> None:
    key = meeting(store_path, outcome="Satu\nDua")

    async def test(app: Driven) -> None:
        await opened(app, key)
        await app.press("h", "enter")
        await app.type("Tiga")
        await app.press("escape", "h")
        assert isinstance(app.screen, DraftOffer)
        text = app.text()
        assert "Draf hasil yang belum disimpan" in text
        assert "1 baris teks ditambah" in text
        assert "+ Tiga" in text
        await app.press("3", "h", "1")
        assert app.screen.ID == "event_text"
        await app.press("ctrl+s")
        assert app.store.views.event(key).outcome == "Satu\nDua\nTiga"

    drive(store_path, test, at="agenda")


def test_a_draft_thrown_away_is_not_offered_again(store_path: Path) -> None:
    key = meeting(store_path, outcome="Satu")

    async def test(app: Driven) -> None:
        await opened(app, key)
        await app.press("h")
        await app.type(" lagi")
        await app.press("escape", "h", "2", "h")
        assert app.screen.ID == "event_text"
        assert app.screen._editor.text == "Satu"

    drive(store_path, test, at="agenda")
