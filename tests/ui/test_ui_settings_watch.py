"""The settings file changed by somebody else while the app runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from work_app import drive, Driven

from akk_tui import config, i18n
from akk_tui import paths as folders

FILE = '# kantor\n[ui]\ntheme = "light"\n'


@pytest.fixture
def kept(tmp_path: Path) -> folders.Paths:
    made = folders.find(tmp_path / "home")
    folders.write_private(made.config_file, FILE.encode())
    return made


async def written(app: Driven, kept: folders.Paths, text: str | None, *, polls: int = 2) -> None:
    """Somebody writes the file (None: takes it away), and the app looks at it."""
    app.app._poll()
    if text is None:
        kept.config_file.unlink()
    else:
        before = kept.config_file.stat().st_mtime_ns if kept.config_file.exists() else 0
        folders.write_private(kept.config_file, text.encode())
        os.utime(kept.config_file, ns=(before + 1_000_000, before + 1_000_000))
    for _poll in range(polls):
        app.app._poll()
        await app.settle()


def test_what_is_written_outside_is_worn_at_once(sample_store: Path, kept: folders.Paths) -> None:
    async def steps(app: Driven) -> None:
        await app.press("7")
        await written(app, kept, '[ui]\ntheme = "contrast"\ndensity = "compact"\n[lock]\nminutes = 30\n')
        assert app.app.theme == "contrast"
        assert app.app.lock.minutes == 30
        assert "berlaku sekarang: Tema, Kerapatan, Kunci layar (menit)." in app.told()
        assert "padat" in app.text()
        await written(app, kept, '[ui]\ntheme = "contrast"\n[keys]\n"notes.new" = "f9"\n[sync]\nevery_minutes = 60\n')
        assert app.app.sync.minutes == 60
        assert app.app.lock.minutes == 0
        assert app.app.keymap["notes.new"] == "f9"
        assert "tombol notes.new" in app.told()
        await written(app, kept, None)
        assert app.app.theme == "dark"
        assert "notes.new" not in app.app.keymap

    drive(sample_store, steps, paths=kept, theme="light")


def test_what_waits_is_said_to_wait(sample_store: Path, kept: folders.Paths) -> None:
    async def steps(app: Driven) -> None:
        await written(app, kept, FILE + 'mouse = false\n[server]\nurl = "https://a.example"\nproxy = "http://p:3128"\n')
        said = app.told()
        assert "saat aplikasi dibuka lagi: Tetikus." in said
        assert "saat masuk berikutnya (akk-tui login): Alamat server." in said
        assert "mulai sinkronisasi berikutnya: Proxy." in said

    drive(sample_store, steps, paths=kept, theme="light")


def test_a_bad_file_is_told_once_and_the_old_values_stay(sample_store: Path, kept: folders.Paths) -> None:
    async def steps(app: Driven) -> None:
        await app.press("7")
        await written(app, kept, "[ui]\ntheme = mono\n")
        assert app.app.theme == "light"
        said = [one.words for one in app.app.messages]
        assert len([words for words in said if words.startswith("Setelan yang lama tetap berlaku.")]) == 1
        assert "baris 2, kolom 9" in said[-1]
        assert "baris 2, kolom 9" in app.text()
        app.app._poll()
        app.app._poll()
        assert len(app.app.messages) == len(said)
        await written(app, kept, '[ui]\ntheme = "mono"\ncolour = 3\n')
        assert app.app.theme == "light"
        assert "ui.colour" in app.told()
        await written(app, kept, '[ui]\ntheme = "mono"\n')
        assert app.app.theme == "mono"
        assert "kolom 9" not in app.text()

    drive(sample_store, steps, paths=kept, theme="light")


def test_a_file_that_is_being_written_is_left_alone(sample_store: Path, kept: folders.Paths) -> None:
    async def steps(app: Driven) -> None:
        app.app._poll()
        for text in ("", None, '[ui]\ntheme = "mo', FILE.replace("light", "mono")):
            if text is None:
                kept.config_file.unlink()
            else:
                folders.write_private(kept.config_file, text.encode())
            app.app._poll()
            assert app.app.theme == "light"
        app.app._poll()
        await app.settle()
        assert app.app.theme == "mono"
        assert [one.words for one in app.app.messages if "Setelan" in one.words or "setelan" in one.words] == [
            "Berkas setelan diubah dari luar; berlaku sekarang: Tema."
        ]

    drive(sample_store, steps, paths=kept, theme="light")


def test_what_the_app_writes_itself_is_no_news(sample_store: Path, kept: folders.Paths) -> None:
    async def steps(app: Driven) -> None:
        app.app._poll()
        await app.press("7", "right", "down", "right")
        app.app.use_theme("mono")
        for _poll in range(3):
            app.app._poll()
            await app.settle()
        assert not [one for one in app.app.messages if "dari luar" in one.words]
        assert app.app.theme == "mono"

    def save(name: str, value: str) -> None:
        config.set_value(kept, name, value)

    drive(sample_store, steps, paths=kept, theme="light", save_setting=save)


def test_the_news_of_another_language_is_told_in_it(sample_store: Path, kept: folders.Paths) -> None:
    async def steps(app: Driven) -> None:
        await written(app, kept, FILE + 'lang = "en"\n')
        await app.until(lambda: "in force now: Language." in app.told(), "the news")

    try:
        drive(sample_store, steps, paths=kept, theme="light")
    finally:
        i18n.use("id")


def test_the_language_waits_until_nothing_is_open(sample_store: Path, kept: folders.Paths) -> None:
    async def steps(app: Driven) -> None:
        await app.press("4", "n")
        await app.type("blitar")
        await written(app, kept, FILE + 'lang = "en"\n')
        assert i18n.language() == "id"
        assert "blitar" in app.text()
        await app.press("escape")
        app.app._poll()
        await app.settle()
        assert i18n.language() == "en"
        await app.until(lambda: "Made" in app.text() and "Kota Blitar" in app.text(), "the notes in English")

    try:
        drive(sample_store, steps, paths=kept, theme="light")
    finally:
        i18n.use("id")
