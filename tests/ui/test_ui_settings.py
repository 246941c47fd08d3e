"""The screen Setelan: every setting of the schema, where each value comes from, changed by keys, in force at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from work_app import drive, Driven

from akk_tui import config, i18n
from akk_tui import paths as folders
from akk_tui.ui import setting_rows
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.table import AkkTable

FILE = """\
# Setelan kantor
[server]
url = "https://akk.example"  # dari TI
[ui]
theme = "light" # silau
[sync]
every_minutes = 15
"""


@pytest.fixture
def kept(tmp_path: Path) -> folders.Paths:
    made = folders.find(tmp_path / "home")
    folders.write_private(made.config_file, FILE.encode())
    return made


async def go_to(app: Driven, key: str) -> None:
    app.screen.query_one(AkkTable).go_to(key)
    await app.settle()


def line(app: Driven, title: str) -> str:
    return next(found for found in app.lines() if f" {title} " in found)


def test_every_setting_is_shown_with_its_origin(sample_store: Path, kept: folders.Paths) -> None:
    async def steps(app: Driven) -> None:
        await app.press("7")
        text = app.text()
        for setting in config.SETTINGS:
            assert setting.title in text, setting.name
            await go_to(app, setting.name)
            assert setting.name in app.text()
        assert line(app, "Tema").split()[-1] == "config.toml:5"
        assert line(app, "Alamat server").split()[-2:] == ["https://akk.example", "config.toml:3"]
        assert "tiap 15 menit" in line(app, "Tiap berapa menit")
        assert line(app, "Kerapatan").split()[-2:] == ["lega", "bawaan"]
        assert "Petugas Contoh 1" in text
        assert "120x40" in text
        assert str(kept.themes)[:20] in text

    drive(sample_store, steps, paths=kept, theme="light")


@pytest.mark.parametrize("size", [(80, 24), (40, 15)])
def test_all_is_reachable_on_small_terminals(sample_store: Path, kept: folders.Paths, size: tuple[int, int]) -> None:
    async def steps(app: Driven) -> None:
        await app.press("7")
        assert all(len(found) <= size[0] for found in app.lines())
        assert "Tema" in app.text()
        await app.press(*["down"] * 11)
        assert "tiap 15 menit" in app.text()
        await app.press("enter")
        assert "Diterima: 0–1440." in app.text()
        await app.press("escape", "ctrl+end")
        assert "Token masuk" in app.text()
        assert ("Asal" in app.text()) == (size[0] == 80)

    drive(sample_store, steps, size=size, paths=kept)


def test_a_theme_is_seen_while_it_is_chosen_and_esc_brings_the_old_one_back(
    sample_store: Path, kept: folders.Paths
) -> None:
    async def steps(app: Driven) -> None:
        await app.press("7", "down", "enter")
        assert app.app.theme == "light"
        await app.press("down")
        assert app.app.theme == "contrast"
        await app.press("down")
        assert app.app.theme == "colourblind"
        await app.press("escape")
        assert app.app.theme == "light"
        assert kept.config_file.read_text() == FILE
        await app.press("enter", "up", "enter")
        assert app.app.theme == "dark"
        assert kept.config_file.read_text() == FILE.replace('"light"', '"dark"')
        assert "Gelap" in line(app, "Tema")

    drive(sample_store, steps, paths=kept, theme="light", save_setting=lambda n, v: config.set_value(kept, n, v))


def test_left_and_right_change_at_once_and_delete_brings_the_default_back(
    sample_store: Path, kept: folders.Paths
) -> None:
    async def steps(app: Driven) -> None:
        await app.press("7")
        await go_to(app, "sync.every_minutes")
        await app.press("right")
        assert app.app.sync.minutes == 30
        assert config.load(kept).sync.every_minutes == 30
        await app.press("left", "left", "left", "left", "left", "left")
        assert config.load(kept).sync.every_minutes == 0
        assert "hanya bila diminta" in app.text()
        await app.press("delete")
        assert app.app.sync.minutes == 5
        assert "bawaan" in line(app, "Tiap berapa menit")
        await app.press("delete")
        assert "sudah bawaan" in app.told()
        await go_to(app, "ui.mouse")
        await app.press("right")
        assert config.load(kept).ui.mouse is False
        assert "dibuka lagi" in app.told()
        await go_to(app, "server.url")
        await app.press("right")
        assert "Tekan enter" in app.told()
        await go_to(app, "files.templates")
        assert str(kept.config)[:20] in line(app, "Templat catatan")
        await go_to(app, "files.data")
        await app.press("enter")
        assert "hanya memberi tahu" in app.told()
        assert "# dari TI" in kept.config_file.read_text()

    drive(sample_store, steps, paths=kept)


def test_what_is_typed_is_checked_in_words(sample_store: Path, kept: folders.Paths) -> None:
    async def steps(app: Driven) -> None:
        await app.press("7")
        await go_to(app, "server.proxy")
        await app.press("enter")
        await app.type("ftp//x")
        await app.press("enter")
        assert "tidak sah" in app.text()
        assert config.load(kept).server.proxy is None
        await app.press(*["backspace"] * 6)
        await app.type("http://proxy:3128")
        await app.press("enter")
        assert config.load(kept).server.proxy == "http://proxy:3128"
        assert "sinkronisasi berikutnya" in app.told()
        await go_to(app, "sync.cycles")
        await app.press("enter")
        await app.type("2024,2025")
        await app.press("enter")
        assert config.load(kept).sync.cycles == ("2024", "2025")

    drive(sample_store, steps, paths=kept)


def test_the_language_changes_on_all_screens_at_once(sample_store: Path, kept: folders.Paths) -> None:
    async def steps(app: Driven) -> None:
        await app.press("2", "1", "7")
        await go_to(app, "ui.lang")
        await app.press("enter", "2")
        assert "Display" in app.text()
        assert "English" in line(app, "Language")
        assert "Settings" in app.text() or "Setting" in app.text()
        await app.press("2")
        assert "Province" in app.text() or "Region" in app.text()
        assert "urutkan" not in app.text()
        await app.press("1")
        assert "Needs attention" in app.text() or "attention" in app.text()
        await app.press("7")
        await go_to(app, "ui.lang")
        await app.press("left")
        assert "Tampilan" in app.text()
        assert i18n.language() == "id"

    drive(sample_store, steps, paths=kept, sync_command=("x", "--lang", "id", "sync"))


def test_the_sync_speaks_the_new_language(sample_store: Path, kept: folders.Paths) -> None:
    async def steps(app: Driven) -> None:
        await app.app.use_language("en")
        assert app.app.sync.command == ("x", "--lang", "en", "sync")

    drive(sample_store, steps, paths=kept, sync_command=("x", "--lang", "id", "sync"))


def test_compact_shows_more_lines(sample_store: Path, kept: folders.Paths) -> None:
    async def steps(app: Driven) -> None:
        before = app.screen.query(AkkTable).first().content_size
        await app.press("7")
        await go_to(app, "ui.density")
        await app.press("right", "1")
        table = app.screen.query(AkkTable).first()
        assert table.content_size.height > before.height
        assert table.content_size.width > before.width
        assert str(table.border_title).split()[0] in app.text()
        # What the lower borders explain of the row under the cursor stays.
        assert "hampir siap · perkiraan" in app.text()
        app.screen.query_one("#changes", AkkTable).subtitle(content("2.4.2 oleh Budi"))
        await app.settle()
        assert "2.4.2 oleh Budi" in app.text()
        await app.press("7")
        await app.press("left", "1")
        assert table.content_size == before

    drive(sample_store, steps, paths=kept)


def test_glyphs_change_at_once(sample_store: Path, kept: folders.Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AKK_GLYPHS", raising=False)

    async def steps(app: Driven) -> None:
        await app.press("7")
        await go_to(app, "ui.glyphs")
        await app.press("enter", "3")
        assert app.text().isascii()
        await app.press("1")
        assert app.text().isascii()
        await app.press("7", "left")
        assert "▸" in app.text()

    drive(sample_store, steps, paths=kept)


def test_the_environment_is_named_and_wins(
    sample_store: Path, kept: folders.Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AKK_GLYPHS", "unicode")

    async def steps(app: Driven) -> None:
        await app.press("7")
        await go_to(app, "ui.glyphs")
        assert "lingkungan: AKK_GLYPHS" in app.text()
        await app.press("left")
        assert not app.text().isascii()
        assert "AKK_GLYPHS dari lingkungan yang menentukan" in app.told()

    drive(sample_store, steps, paths=kept)


def test_a_broken_file_is_said_and_nothing_is_written_over_it(sample_store: Path, kept: folders.Paths) -> None:
    async def steps(app: Driven) -> None:
        kept.config_file.write_text('[ui]\nthem = "dark"\n')
        await app.press("7")
        assert "baris 2" in app.text()
        assert "ui.theme" in app.text()
        await app.press("right")
        assert kept.config_file.read_text() == '[ui]\nthem = "dark"\n'

    drive(sample_store, steps, paths=kept)


def test_a_file_that_cannot_be_edited_is_left_alone_and_the_line_is_said(
    sample_store: Path, kept: folders.Paths
) -> None:
    text = 'ui = { theme = "dark" } # punyaku\n'
    kept.config_file.write_text(text)

    async def steps(app: Driven) -> None:
        await app.press("7")
        await go_to(app, "ui.density")
        await app.press("right")
        assert 'density = "compact"' in app.told()
        assert kept.config_file.read_text() == text

    drive(sample_store, steps, paths=kept)


def test_without_a_profile_nothing_can_be_changed(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("7", "enter")
        assert "tidak menyimpan setelan" in app.told()
        await app.press("k")
        assert app.screen.ID == "settings"

    drive(sample_store, steps)


def test_english_is_whole(sample_store: Path, kept: folders.Paths) -> None:
    i18n.use("en")

    async def steps(app: Driven) -> None:
        await app.press("7")
        for setting in config.SETTINGS:
            await go_to(app, setting.name)
            assert i18n.gettext(setting.title) in app.text()
            assert i18n.gettext(setting.help) != setting.help
        assert "bawaan" not in app.text()

    drive(sample_store, steps, paths=kept)


def test_a_language_that_the_command_line_asked_for_is_not_said_to_be_the_environments(
    store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")
    setting = next(one for one in config.SETTINGS if one.name == "ui.lang")

    async def test(app: Driven) -> None:
        assert setting_rows.value_words(app.app, setting, "") == "Indonesia (lingkungan)"
        i18n.use("en")
        assert setting_rows.value_words(app.app, setting, "") == "English (--lang)"

    drive(store_path, test)
