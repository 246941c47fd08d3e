"""Nothing in the menu that does not work; nothing that works without a way to find it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import waiting
from textual.actions import parse
from textual.binding import Binding
from textual.widget import Widget
from walks import kinds, Walk, walk, WALKS
from work_app import drive, Driven

from akk_tui import i18n
from akk_tui import paths as folders
from akk_tui.ui import commands
from akk_tui.ui.app import AkkApp
from akk_tui.ui.command import Command
from akk_tui.ui.help import HelpScreen, own_keys
from akk_tui.ui.palette import offered
from akk_tui.ui.screens.base import AkkModal, AkkScreen, Reads

SCREENS = {kind.ID: kind for kind in kinds(AkkScreen) if kind.ID}
NAMED = {command.id: command for command in commands.COMMANDS}
IDS = sorted(NAMED)
SAME = {"Agenda", "Filter"}
"""Words that both languages have."""
QUIET = {("Chooser", "choose"), ("StateMenu", "choose")}
"""Digits that choose: the words of the window say so."""
ALONE = {"MeetingScreen"}
"""Where help and palette would tell the other side of the table about the app."""


def first_walks(of: type) -> list[Walk]:
    """One way to each screen, or window, of the app."""
    names = {kind.__name__ for kind in kinds(of)}
    found: dict[str, Walk] = {}
    for one in WALKS:
        if one.shows in names and one.shows not in ALONE and one.store != "empty":
            found.setdefault(one.shows, one)
    return list(found.values())


def store_for(one: Walk, sample: Path, folder: Path) -> Path:
    if one.store == "work":
        return waiting.fill(folder / "akk.db")
    if one.store == "texts":
        return waiting.fill_texts(folder / "akk.db")
    return Path(shutil.copy(sample, folder / "akk.db"))


def helped(app: Driven) -> tuple[set[str], list[str]]:
    """What the help that is shown lists: ids of commands, and the keys and words of what is not one."""
    assert isinstance(app.screen, HelpScreen), app.text()
    rows = {str(row.value) for row in app.screen.query_one("AkkTable").rows}
    return rows, [f"{' '.join(one.keys)}: {one.title}" for one in app.screen.own]


def blinking(app: Driven) -> list[Any]:
    """The fields whose cursor would send bytes while nothing happens."""
    return [field for field in app.screen.query("Input, TextArea") if field.cursor_blink]


# --- each command


def test_every_id_is_there_once() -> None:
    assert len(IDS) == len(commands.COMMANDS)


@pytest.mark.parametrize("id_", IDS)
def test_it_has_words_in_both_languages(id_: str) -> None:
    command = NAMED[id_]
    for words in (command.title, command.help):
        assert words
        assert words[0].isupper()
        said = {}
        for language in ("id", "en"):
            i18n.use(language)
            said[language] = i18n.gettext(words)
        assert said["id"] == words
        assert said["en"] != words or words in SAME
    assert command.help.endswith(".")


def place(command: Command, screen: str) -> type:
    namespace, _name, _arguments = parse(command.action)
    return AkkApp if namespace == "app" else SCREENS[screen]


@pytest.mark.parametrize("id_", IDS)
def test_its_action_is_there_wherever_it_works(id_: str) -> None:
    command = NAMED[id_]
    assert set(command.screens) <= set(SCREENS)
    _namespace, name, arguments = parse(command.action)
    for screen in command.screens or ("dashboard",):
        where = place(command, screen)
        action = getattr(where, f"action_{name}", None) or getattr(where, f"_action_{name}", None)
        assert action is not None, f"{where.__name__}.action_{name}"
        assert action.__code__.co_argcount > len(arguments)


@pytest.mark.parametrize("id_", [one for one in IDS if not NAMED[one].key])
def test_without_a_key_it_is_in_the_palette(id_: str) -> None:
    assert not NAMED[id_].hidden


# --- each screen


@pytest.mark.no_cover
@pytest.mark.parametrize("one", first_walks(AkkScreen), ids=lambda one: one.shows)
def test_palette_and_help_of_a_screen_have_all_its_commands(sample_store: Path, tmp_path: Path, one: Walk) -> None:
    async def steps(app: Driven) -> None:
        await walk(app, one)
        assert not blinking(app)
        screen = type(app.screen).ID
        palette = {command.id for command, _off in offered(app.app, screen)}
        wanted = commands.of_screen(screen)
        assert palette == {command.id for command in wanted if not command.hidden} - {"palette", "search"}
        await app.app.run_command("help")
        await app.settle()
        rows, _own = helped(app)
        typed = app.screen.typing
        keys = {command.id: commands.keys_of(command, app.app.keymap) for command in wanted}
        assert {id_ for id_ in rows if not id_.startswith("own:")} == {
            id_ for id_, held in keys.items() if any(not (typed and commands.is_typed(key)) for key in held)
        }
        assert app.screen.query_one("#words").size.height > 0

    drive(store_for(one, sample_store, tmp_path), steps, at=one.at, paths=folders.find(tmp_path / "home"))


@pytest.mark.parametrize("screen", sorted(SCREENS))
def test_every_key_of_a_screen_is_in_the_registry(screen: str) -> None:
    known = {command.id for command in commands.of_screen(screen)}
    for kind in SCREENS[screen].__mro__:
        if kind.__module__.startswith("akk_tui."):
            for binding in Binding.make_bindings(kind.__dict__.get("BINDINGS", ())):
                assert binding.action == f"app.command('{binding.id}')", f"{kind.__name__}: {binding.key}"
                assert binding.id in known


def test_every_key_of_the_app_is_in_the_registry() -> None:
    for kind in AkkApp.__mro__:
        if kind.__module__.startswith("akk_tui."):
            for binding in Binding.make_bindings(kind.__dict__.get("BINDINGS", ())):
                assert binding.id in NAMED, binding.key


# --- each window and widget


@pytest.mark.parametrize("kind", [*kinds(Widget)], ids=lambda kind: kind.__name__)
def test_every_key_of_a_window_or_widget_has_words(kind: type) -> None:
    if issubclass(kind, AkkScreen):
        return
    for binding in Binding.make_bindings(kind.__dict__.get("BINDINGS", ())):
        _namespace, name, _arguments = parse(binding.action)
        if (kind.__name__, name) in QUIET or binding.id in NAMED:
            continue
        assert binding.description, f"{kind.__name__}: {binding.key}"
        i18n.use("en")
        assert i18n.gettext(binding.description) != binding.description


WINDOWS = [one for one in first_walks(AkkModal) if one.shows not in ("HelpScreen", "KeyCapture", "GuideScreen")]


@pytest.mark.no_cover
@pytest.mark.parametrize("one", WINDOWS, ids=lambda one: one.shows)
def test_the_help_of_a_window_lists_its_keys_and_only_what_acts_there(
    sample_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one: Walk
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    async def steps(app: Driven) -> None:
        await walk(app, one)
        assert not blinking(app)
        window: Any = app.screen
        assert getattr(window, "HELP", "")
        await app.press("f1")
        rows, own = helped(app)
        assert {id_ for id_ in rows if not id_.startswith("own:")} <= {
            *(
                f"screen.{name}"
                for name in ("dashboard", "regions", "checklist", "notes", "agenda", "sync", "settings")
            ),
            *("palette", "redraw", "lock.now", "help", "quit"),
        }
        assert any("escape" in line.split(":")[0].split() for line in own)
        assert len(own) >= len(own_keys(window, typing=True))
        await app.press("escape")
        assert app.screen is window
        if one.shows == "PaletteScreen":
            return
        await app.press("ctrl+p")
        assert {command.id for command, _off in app.screen.found} <= {command.id for command in commands.of_screen("")}

    drive(store_for(one, sample_store, tmp_path), steps, at=one.at, paths=folders.find(tmp_path / "home"))


def test_every_window_is_walked_to() -> None:
    made = {kind.__name__ for kind in kinds(Reads) if not kind.__subclasses__()}
    assert made <= {one.shows for one in WALKS}


def test_a_key_of_a_window_is_run_from_its_help(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("v", "question_mark")
        rows = [str(row.value) for row in app.screen.query_one("AkkTable").rows]
        titles = [one.title for one in app.screen.own]
        assert rows[titles.index("Semua")] == f"own:{titles.index('Semua')}"
        app.screen.query_one("AkkTable").move_cursor(row=titles.index("Semua"))
        await app.settle()
        assert app.screen.query_one("#whole").words.plain == "Semua"
        await app.press("enter")
        assert type(app.screen).__name__ == "ColumnsWindow"
        assert "[ ]" not in app.text()

    drive(store_path, steps)


def test_the_help_of_a_text_field_lists_no_key_that_is_typed(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("3", "f", "f1")
        rows, own = helped(app)
        assert "edit.undo" not in rows
        assert "screen.dashboard" in rows
        assert "tab: Terima saran" in own

    drive(sample_store, steps)


def test_a_command_that_needs_the_screen_is_not_run_from_a_window(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72")
        await app.settle()
        await app.press("p", "ctrl+p")
        await app.type("siklus")
        await app.press("enter")
        assert app.app.cycle == "2025"
        assert "Tidak ada perintah yang cocok" in app.text()

    drive(store_path, steps)


def test_help_has_the_users_key_in_windows_too(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("o", "f12")
        assert isinstance(app.screen, HelpScreen)
        assert "f12" in app.text()
        await app.press("f12")
        assert type(app.screen).__name__ == "Chooser"

    drive(sample_store, steps, keymap={"help": "f12"})


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_row_of_keys_keeps_the_capitals_of_short_words(lang: str) -> None:
    i18n.use(lang)
    said = {command.id: commands.in_a_row(command) for command in commands.COMMANDS}
    assert said["event.agency"] == {"id": "tambah OPD", "en": "add agency"}[lang]
    assert [words for words in said.values() if words[:1].isupper() and not words[1:2].isupper()] == []
