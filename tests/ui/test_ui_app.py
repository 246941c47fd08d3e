"""The app as a whole: screens on digits, the registry behind keys, palette and help, undo, themes, cycles, changes."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import filled
import pytest
from textual.message import Message
from work_app import drive, Driven

from akk_tui.contract.errors import AkkError
from akk_tui.paths import find
from akk_tui.store.store import Store
from akk_tui.ui import commands, live
from akk_tui.ui.app import SCREENS
from akk_tui.ui.screens.base import Fetched

_DIGITS = tuple(
    (command.key.split(",")[0], command.id.split(".")[1])
    for command in commands.COMMANDS
    if command.id.startswith("screen.")
)


def test_digits_switch_screens_and_those_of_later_screens_do_nothing(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        for key, name in _DIGITS:
            await app.press(key)
            assert name == app.screen.ID
        await app.press("1", "0")
        assert app.screen.ID == "dashboard"
        await app.press("alt+2")
        assert app.screen.ID == "regions"

    drive(sample_store, steps)


def test_digits_act_only_outside_text_fields_and_alt_digits_everywhere(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("2", "f")
        await app.type("35.72")
        assert app.screen.ID == "regions"
        assert app.screen.search == "35.72"
        await app.press("alt+1")
        assert app.screen.ID == "dashboard"

    drive(sample_store, steps)


def test_a_digit_leaves_what_lies_over_the_screen(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("enter")
        assert app.screen.ID == "region"
        await app.press("2", "1")
        assert app.screen.ID == "dashboard"
        assert len(app.app.screen_stack) == 1

    drive(sample_store, steps)


def test_every_screen_of_the_table_is_there() -> None:
    assert set(SCREENS) == {
        command.id.split(".")[1] for command in commands.COMMANDS if command.id.startswith("screen.")
    }


def test_every_command_is_complete_and_known_once() -> None:
    ids = [command.id for command in commands.COMMANDS]
    assert len(ids) == len(set(ids))
    for command in commands.COMMANDS:
        assert command.title
        assert command.help
        assert command.action
        assert not command.priority or command.key.startswith(("ctrl+", "alt+", "f")), command.id


def test_keys_are_unique_on_a_screen() -> None:
    for screen in (*SCREENS, "region"):
        own = [key for command in commands.COMMANDS if screen in command.screens for key in command.key.split(",")]
        assert len(own) == len(set(own)), screen


def test_the_palette_offers_the_registry_and_says_why_a_command_is_off(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("ctrl+p")
        await app.type("urung")
        assert "Tidak ada yang dapat diurungkan." in app.text()
        await app.press(*["backspace"] * len("urung"))
        await app.type("daftar")
        assert "Daftar periksa" in app.text()
        assert "Urungkan" not in app.text()
        await app.press("down", "up", "enter")
        assert app.screen.ID == "checklist"
        await app.press("ctrl+p")
        await app.type("zzzz")
        await app.press("enter", "ctrl+p")
        assert app.screen.ID == "checklist"
        assert len(app.app.screen_stack) == 1

    drive(sample_store, steps)


def test_help_explains_the_screen_and_runs_a_command(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("question_mark")
        text = app.text()
        assert "Peta daerah × komponen" in text
        assert "Membuka daerah yang dipilih" in text
        await app.press("escape")
        assert app.screen.ID == "dashboard"
        await app.press("f1", "down", "enter")
        assert app.screen.__class__.__name__ == "Chooser"

    drive(sample_store, steps)


def test_undo_says_what_it_undid_and_then_that_there_is_nothing(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("u")
        assert "Tidak ada yang dapat diurungkan." in app.told()
        app.store.edit("assessment", "2025:35.72:2.1", {"item.2.1.4": "diterima"}, seen=None)
        app.app.edited()
        await app.settle()
        assert "tersimpan — belum terkirim" in app.told()
        assert "1 belum terkirim" in app.lines()[0]
        await app.press("u")
        assert "Diurungkan:" in app.told()
        assert "belum terkirim" not in app.lines()[0]

    drive(store_path, steps)


def test_the_keys_of_the_settings_are_in_force_and_unknown_ones_are_named(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        assert "Setelan keys.seach: tidak ada perintah itu. Mungkin maksudnya search?" in app.told()
        assert "x cari" in app.text()
        await app.press("x")
        assert app.screen.__class__.__name__ == "SearchScreen"
        await app.press("escape")

    drive(sample_store, steps, keymap={"search": "x", "seach": "z"})


def test_a_theme_is_worn_and_kept(sample_store: Path) -> None:
    kept: list[tuple[str, str]] = []

    async def steps(app: Driven) -> None:
        assert app.app.theme == "dark"
        await app.app.run_command("theme")
        await app.settle()
        assert "Terang" in app.text()
        await app.press("2")
        assert app.app.theme == "light"
        assert kept == [("ui.theme", "light")]
        await app.app.run_command("theme")
        await app.settle()
        await app.press("escape")
        assert app.app.theme == "light"

    drive(sample_store, steps, save_setting=lambda name, value: kept.append((name, value)))


def test_a_choice_that_cannot_be_kept_is_told(sample_store: Path) -> None:
    def refuse(name: str, value: str) -> None:
        raise AkkError(reason="penuh")

    async def steps(app: Driven) -> None:
        app.app.use_theme("contrast")
        await app.settle()
        assert app.app.theme == "contrast"
        assert "Gagal: penuh" in app.told()

    drive(sample_store, steps, save_setting=refuse)


@pytest.mark.parametrize("theme", ["dark", "light", "contrast", "colourblind", "ansi", "mono", "tak-ada"])
def test_every_theme_draws_every_screen(sample_store: Path, theme: str) -> None:
    async def steps(app: Driven) -> None:
        assert app.app.theme == (theme if theme != "tak-ada" else "dark")
        for key in ("enter", "2", "3", "4", "6"):
            await app.press(key)
            assert "AKK" in app.lines()[0]

    drive(sample_store, steps, theme=theme)


def test_own_themes_with_faults_are_named_and_the_others_work(sample_store: Path, tmp_path: Path) -> None:
    paths = find(tmp_path)
    paths.themes.mkdir(parents=True)
    (paths.themes / "rusak.toml").write_text("primary = 1\n")
    (paths.themes / "milikku.toml").write_text('title = "Milikku"\n[colors]\nprimary = "#336699"\n')

    async def steps(app: Driven) -> None:
        assert app.app.theme == "milikku"
        assert "rusak.toml" in app.told()
        assert app.app.tone("good") == ""

    drive(sample_store, steps, paths=paths, theme="milikku")


def test_another_cycle_is_shown(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        assert "Siklus 2025" in app.lines()[0]
        await app.press("y")
        await app.press(str(1 + sorted(app.app.status.cycles, reverse=True).index("2024")))
        if app.app.cycle != "2024":
            await app.press("y", "1")
        assert app.app.cycle == "2024"
        assert "Siklus 2024" in app.lines()[0]
        await app.press("y", "escape")
        assert app.app.cycle == "2024"

    drive(sample_store, steps)


def test_a_change_of_another_process_is_shown(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        with Store.open(store_path) as other:
            other.edit("assessment", "2025:35.72:2.1", {"item.2.1.4": "diterima"}, seen=None)
        await app.until(lambda: "1 belum terkirim" in app.lines()[0], "the other process's edit is counted")
        number = app.app.data_number
        app.app._poll()
        assert app.app.data_number == number

    drive(store_path, steps)


def test_who_types_comes_before_a_change_of_another_process(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(app: Driven) -> None:
        await app.press("down")
        monkeypatch.setattr(live, "QUIET_SECONDS", 3600.0)
        number = app.app.data_number
        with Store.open(store_path) as other:
            other.edit("assessment", "2025:35.72:2.1", {"item.2.1.4": "diterima"}, seen=None)
        app.app._poll()
        app.app._poll()
        assert app.app.data_number == number
        monkeypatch.setattr(live, "PATIENCE_SECONDS", 0.0)
        app.app._poll()
        assert app.app.data_number == number + 1

    drive(store_path, steps)


def test_a_screen_is_renewed_when_it_is_shown_again_after_a_change(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("2", "1")
        dashboard = app.screen
        await app.press("2")
        app.app.data_changed()
        await app.settle()
        assert dashboard.seen_data != app.app.data_number
        await app.press("1")
        assert dashboard.seen_data == app.app.data_number

    drive(store_path, steps)


def test_an_error_of_a_reading_is_told_in_words(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        def read(store: Store) -> None:
            raise AkkError(reason="cakram rusak")

        app.screen.fetch("something", read)
        await app.settle()
        assert "Gagal: cakram rusak" in app.told()

    drive(sample_store, steps)


def test_a_newer_reading_makes_an_older_one_void(sample_store: Path) -> None:
    got: list[Any] = []

    async def steps(app: Driven) -> None:
        app.screen.fetched = lambda name, value: got.append(value)
        app.screen.fetch("number", lambda store: 1)
        app.screen.fetch("number", lambda store: 2)
        await app.settle()
        assert got[-1] == 2
        message = Fetched("number", 3, None, 1)
        assert isinstance(message, Message)
        # Also one that was already on its way when the newer one began.
        app.screen.post_message(message)
        await app.settle()
        assert got[-1] == 2

    drive(sample_store, steps)


def test_an_error_of_a_command_is_told_in_words(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        def broken() -> None:
            raise AkkError(reason="tidak bisa")

        app.screen.action_sort = broken
        await app.press("o")
        assert "Gagal: tidak bisa" in app.told()
        app.screen.refresh_view = broken
        app.screen.renew()
        await app.settle()
        assert [one.words for one in app.app.messages].count("Gagal: tidak bisa") == 2

    drive(sample_store, steps)


def test_textuals_own_commands_are_not_offered(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        assert list(app.app.get_system_commands(app.screen)) == []
        await app.press("ctrl+p")
        assert "Screenshot" not in app.text()
        assert app.app.format_title("[bold]x", "").plain == "[bold]x"

    drive(sample_store, steps)


def test_quit_ends_with_zero(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.pilot.press("ctrl+q")
        await app.until(lambda: app.app._exit, "the app ends")
        assert app.app.return_value == 0

    drive(sample_store, steps)


def test_names_full_of_markup_are_text_wherever_they_stand(store_path: Path) -> None:
    with Store.open(store_path) as store:
        body = store.db.value("SELECT body FROM reference")
        body = body.replace('"Mataram"', '"[@click=app.quit]x[/]"').replace('"Minahasa Tenggara"', '"[/nope] $text"')
        with store.db.write():
            store.db.execute("UPDATE reference SET body = ?, etag = 'hostile'", (body,))

    async def steps(app: Driven) -> None:
        assert "[@click=app.quit]x[/]" in app.text()
        assert "[/nope] $text" in app.text()
        for key in ("down", "enter", "escape", "2", "down", "enter", "w"):
            await app.press(key)
            assert not app.app._exit
        await app.press("escape", "slash")
        await app.type("click")
        assert "[@click=app.quit]x[/]" in app.text()

    drive(store_path, steps)


def test_nothing_of_an_empty_store_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "akk.db"
    Store.open(path).close()

    async def steps(app: Driven) -> None:
        assert "akk-tui login" in app.text()
        for key in ("2", "3", "4", "6", "1", "o", "escape", "f", "escape", "enter", "w", "m", "y", "escape"):
            await app.press(key)
            assert not app.app._exit, key
        assert "Pilih dulu sebuah daerah." in app.told()

    drive(path, steps, size=(80, 24))


def test_an_officer_without_regions_is_told_so(tmp_path: Path) -> None:
    path = filled.fill(tmp_path / "akk.db", {}, [])

    async def steps(app: Driven) -> None:
        assert "Belum ada daerah yang ditugaskan" in app.text()
        await app.press("2")
        assert "Belum ada daerah yang ditugaskan" in app.text()

    drive(path, steps)


def test_the_footer_hides_keys_that_a_text_field_takes_as_text(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("2")
        assert "s sinkron" in app.lines()[-1]
        await app.press("f")
        assert "sinkron" not in app.lines()[-1]
        assert "f1 bantuan" in app.lines()[-1]
        await app.press("escape")
        assert "s sinkron" in app.lines()[-1]

    drive(sample_store, steps)


def test_the_help_shows_the_command_under_the_cursor_in_full(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("question_mark")
        assert "Membuka daerah yang dipilih; dari sel komponen langsung ke komponennya." in " ".join(
            " ".join(line.strip(" │·▼◆▲╭╮╰╯─") for line in app.lines()).split()
        )

    drive(sample_store, steps)


def test_the_same_words_stand_once_however_often_they_are_said(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        for words in ("hanya baca", "lain", "hanya baca", "hanya baca"):
            app.app.tell(words, "warning")
            await app.settle()
        assert app.told() == "lain\nhanya baca"
        assert [one.words for one in app.app.messages] == ["hanya baca", "lain", "hanya baca", "hanya baca"]

    drive(sample_store, steps)


def test_news_takes_the_place_of_older_news_but_not_of_a_warning(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        for words, severity in (
            ("kabar pertama", "information"),
            ("kabar kedua", "information"),
            ("awas", "warning"),
            ("kabar ketiga", "information"),
        ):
            app.app.tell(words, severity)
            await app.settle()
            if words == "kabar kedua":
                assert app.told() == "kabar kedua"
        assert app.told() == "kabar kedua\nawas\nkabar ketiga"

    drive(sample_store, steps)


def test_a_new_day_is_written_down_and_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled.fill_sample(tmp_path / "akk.db")
    day = [date(2025, 10, 6)]
    monkeypatch.setattr(Store, "today", lambda store: day[0])

    async def steps(app: Driven) -> None:
        app.app._poll()
        assert app.store.meta.get("summary_day") == "2025-10-06"
        before = app.app.data_number
        day[0] += timedelta(days=1)
        app.app._poll()
        await app.until(lambda: app.store.meta.get("summary_day") == "2025-10-07", "the day was written")
        app.app._poll()
        assert app.app.data_number > before
        assert app.app.status is not None
        assert app.app.status.today == day[0]

    drive(path, steps)
