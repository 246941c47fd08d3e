"""Keys: names, presets, clashes in words, movement by letters, and the editor of keys."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from work_app import drive, Driven

from akk_tui import config
from akk_tui import paths as folders
from akk_tui.ui import commands, keymap

EDITORS = ("note_editor", "event_text")


def words(own: dict[str, str], preset: str = "default") -> list[str]:
    return [trouble.words for trouble in keymap.make(preset, own).troubles]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("?", "question_mark"), ("/", "slash"), ("Ctrl+R", "ctrl+r"), ("shift+a", "A"), ("Esc", "escape"),
        ("F5", "f5"), ("alt+k", "alt+k"), ("+", "plus"), ("ctrl++", "ctrl+plus"), ("shift+ctrl+up", "ctrl+shift+up"),
        ("spasi", "space"), ("G", "G"), ("fo", None), ("f25", None), ("hyper+a", None), ("\x07", None),
    ],
)  # fmt: skip
def test_a_key_is_named_as_the_terminal_library_names_it(written: str, name: str | None) -> None:
    assert keymap.canonical(written) == name


def test_names_are_those_of_the_terminal_library() -> None:
    from textual.keys import _character_to_key

    for code in range(33, 127):
        assert keymap.canonical(chr(code)) == _character_to_key(chr(code))


@pytest.mark.parametrize("preset", ["default", "vim"])
def test_no_preset_has_a_clash(preset: str) -> None:
    """A screen's own command may stand over one that works everywhere only where leaving is meant."""
    assert keymap.make(preset, {}).troubles == ()
    keys = keymap.effective(preset, {})
    for screen in sorted({screen for command in commands.COMMANDS for screen in command.screens} - {"meeting"}):
        for one, other in combinations(commands.of_screen(screen), 2):
            shared = set(commands.keys_of(one, keys)) & set(commands.keys_of(other, keys))
            assert shared <= {"escape"}, f"{screen}: {one.id}, {other.id}"


def test_no_letter_that_moves_is_a_command_in_the_vim_preset() -> None:
    keys = keymap.effective("vim", {})
    letters = {key.split(" ")[0] for key in keymap.VIM_MOVES}
    for command in commands.COMMANDS:
        if not set(command.screens) & set(EDITORS):
            assert not letters & set(commands.keys_of(command, keys)), command.id


def test_unknown_commands_and_keys_are_named() -> None:
    (said,) = words({"sync.nwo": "f5"})
    assert "keys.sync.nwo" in said
    assert "sync.now" in said
    made = keymap.make("default", {"sync.now": "fo"})
    assert "“fo” bukan nama tombol" in made.troubles[0].words
    assert made.troubles[0].refused
    assert dict(made.keys) == {}


def test_a_clash_is_named_with_both_commands_and_the_one_that_acts() -> None:
    (said,) = words({"sync.now": "u"})
    assert said == (
        "Tombol u dipakai dua perintah: “Sinkron” (sync.now) dan “Urungkan” (edit.undo); yang bekerja “Sinkron”."
    )
    said = " ".join(words({"sync.now": "o"}))
    assert "“Urutkan”" in said
    assert "yang bekerja “Urutkan”" in said
    assert words({"sync.now": "u", "edit.undo": "s"}) == []
    assert words({"sync.now": "f13", "edit.undo": "f14,U", "edit.redo": "f15"}) == []


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("ctrl+i", "sama bagi terminal"),
        ("ctrl+b", "tmux"),
        ("ctrl+enter", "tidak dikirim"),
        ("ctrl+shift+g", "tidak dikirim"),
        ("ctrl+1", "tidak dikirim"),
        ("pagedown", "untuk bergerak"),
        ("ctrl+k", "di dalam isian teks"),
    ],
)
def test_keys_that_may_not_arrive_are_doubted(key: str, part: str) -> None:
    (said,) = words({"theme": key})
    assert part in said


def test_a_priority_command_gets_no_key_that_is_typed() -> None:
    made = keymap.make("default", {"palette": "p"})
    assert made.troubles[0].refused
    assert "tidak dapat lagi diketik" in made.troubles[0].words
    assert "palette" not in made.keys


def test_a_users_key_wins_over_a_movement_and_is_told() -> None:
    (said,) = words({"sync.now": "j"}, "vim")
    assert "bergerak dalam peta vim" in said


def test_the_vim_keys_move_in_lists_trees_and_tabs(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("2")
        table = app.screen.query_one("AkkTable")
        assert table.cursor_row == 0
        await app.press("j", "j", "k")
        assert table.cursor_row == 1
        await app.press("G")
        assert table.cursor_row == table.row_count - 1
        await app.press("g", "g")
        assert table.cursor_row == 0
        await app.press("ctrl+d")
        far = table.cursor_row
        assert far > 5
        await app.press("ctrl+u")
        assert table.cursor_row < far
        await app.press("6")
        before = app.screen._tab
        await app.press("g", "t")
        assert app.screen._tab != before
        await app.press("g", "T")
        assert app.screen._tab == before
        await app.press("7", "j", "l")
        await app.press("g", "j")
        await app.press("colon")
        assert app.screen.__class__.__name__ == "PaletteScreen"
        await app.type("jg")
        assert app.screen.query_one("Input").value == "jg"
        await app.press("escape")

    drive(sample_store, steps, preset="vim", keymap={})


def test_in_the_vim_preset_remapped_commands_act_on_alt(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("3")
        before = app.text()
        await app.press("g", "down")
        await app.press("alt+g")
        assert app.text() != before
        await app.press("question_mark")
        assert "alt+g" in app.text()

    drive(sample_store, steps, preset="vim")


def test_a_users_key_acts_in_the_vim_preset(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("2", "j")
        assert app.screen.__class__.__name__ == "SearchScreen"

    drive(sample_store, steps, preset="vim", keymap={"search": "j"})


def test_a_command_without_a_key_can_be_given_one(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("f8")
        assert "Terang" in app.text()

    drive(sample_store, steps, keymap={"theme": "f8"})


def test_clashes_are_told_at_the_start(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        assert "Tombol u dipakai dua perintah" in app.told()

    drive(sample_store, steps, keymap={"sync.now": "u"})


def profile(tmp_path: Path, text: str = "") -> folders.Paths:
    made = folders.find(tmp_path / "home")
    folders.write_private(made.config_file, text.encode())
    return made


def test_a_key_is_chosen_by_pressing_it(sample_store: Path, tmp_path: Path) -> None:
    kept = profile(tmp_path, "# tombol\n[keys]\n# milikku\n")

    async def steps(app: Driven) -> None:
        await app.press("7", "k")
        await app.type("quit")
        assert "ctrl+q" in app.text()
        await app.press("enter")
        assert "Tekan tombol yang baru" in app.text()
        await app.press("ctrl+p")
        assert "“Perintah” (palette)" in str(app.screen.query_one("#words").content)
        await app.press("q")
        assert "tidak dapat lagi diketik" in str(app.screen.query_one("#words").content)
        await app.press("enter")
        assert app.screen.__class__.__name__ == "KeyCapture"
        await app.press("f12", "enter")
        assert app.screen.__class__.__name__ == "KeyEditor"
        assert "f12" in app.text()
        assert config.load(kept).keys == {"quit": "f12"}
        assert "# milikku" in kept.config_file.read_text()
        await app.press("enter", "escape")
        assert config.load(kept).keys == {"quit": "f12"}
        await app.press("ctrl+r")
        assert config.load(kept).keys == {}
        assert "ctrl+q" in app.text()
        await app.press("ctrl+r")
        assert "sudah bawaan" in app.told()
        await app.type("zzz")
        assert "Tidak ada perintah yang cocok." in app.text()
        await app.press("enter", "escape")
        await app.press("escape")

    drive(sample_store, steps, paths=kept)


def test_a_new_key_acts_at_once_and_its_clash_stands_in_settings(sample_store: Path, tmp_path: Path) -> None:
    kept = profile(tmp_path)

    async def steps(app: Driven) -> None:
        await app.press("7", "k")
        await app.type("cari")
        await app.press("enter", "u", "enter", "escape")
        assert "1 diubah · 1 peringatan" in app.text()
        await app.press("u")
        assert app.screen.__class__.__name__ == "SearchScreen"

    drive(sample_store, steps, paths=kept)


def test_the_vim_keys_move_on_a_regions_page(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("2", "enter", "up")
        tree, first = app.screen.focused, app.text()
        await app.press("j")
        assert app.text() != first
        await app.press("k")
        assert app.text() == first
        await app.press("G")
        assert app.text() != first
        await app.press("g", "g")
        assert app.text() == first
        await app.press("j", "l")
        assert app.screen.focused is not tree
        await app.press("h")
        assert app.screen.focused is tree
        await app.press("k", "g", "t")
        assert app.screen.focused is not tree
        await app.press("g", "T")
        assert app.screen.focused is tree

    drive(sample_store, steps, preset="vim")
