"""The guide of the first run: shown once, true to the keys in force, readable on a low terminal, never in the way."""

from __future__ import annotations

from pathlib import Path

from work_app import drive, Driven

from akk_tui.ui.first_run import due, SEEN


def kind(app: Driven) -> str:
    return type(app.screen).__name__


def words(app: Driven) -> str:
    return str(app.screen.query_one("#about").words.plain)


def test_it_goes_on_with_enter_and_is_not_due_again(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        assert kind(app) == "GuideScreen"
        assert "1 Dasbor, 2 Daerah" in words(app)
        await app.press("enter")
        assert "spasi membuka menu status" in words(app)
        await app.press("left", "right", "enter")
        assert "s memulainya" in words(app)
        assert not due(app.store.meta.get(SEEN))
        await app.press("enter")
        assert kind(app) == "DashboardScreen"

    drive(store_path, steps, guide=True)


def test_it_names_the_keys_in_force(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        assert "f5 Daerah" in words(app)
        assert "f6 mencari" in words(app)

    drive(store_path, steps, guide=True, keymap={"screen.regions": "f5", "search": "f6"})


def test_another_key_closes_it_and_does_what_it_does(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("3")
        assert kind(app) == "ChecklistScreen"

    drive(store_path, steps, guide=True)


def test_help_and_palette_are_those_of_the_screen_below(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("question_mark")
        assert app.screen.about_screen == "dashboard"
        await app.press("escape")
        assert kind(app) == "DashboardScreen"
        await app.app.run_command("guide")
        await app.press("ctrl+p")
        assert "edit.undo" in {command.id for command, _off in app.screen.found}
        await app.press("escape")
        assert kind(app) == "DashboardScreen"

    drive(store_path, steps, guide=True)


def test_on_a_low_terminal_enter_shows_the_rest_of_a_step_first(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        assert "enter lanjut" in app.text()
        assert "esc kembali" not in app.text()
        await app.press("enter")
        assert "esc kembali" in app.text()
        assert "1/3" in app.text()
        await app.press("enter")
        assert "2/3" in app.text()

    drive(store_path, steps, (40, 15), guide=True)
