"""``config`` and ``doctor`` say what is wrong with keys, and which value the environment decides."""

from __future__ import annotations

from typing import Any


def test_clashing_keys_are_named(empty: Any) -> None:
    assert "Perhatian" not in empty("config", "validate").out
    empty("config", "set", "keys.sync.now", "u")
    done = empty("config", "validate")
    assert done.code == 0
    assert "Perhatian: Tombol u dipakai dua perintah" in done.out
    (said,) = empty("config", "validate", "--json").json()["warnings"]
    assert "sync.now" in said
    page = empty("doctor").out
    assert "Tombol u dipakai dua perintah" in page
    assert "layar Setelan (7)" in page


def test_a_command_that_does_not_exist_is_named(empty: Any) -> None:
    empty("config", "set", "keys.sync.nwo", "f5")
    assert "keys.sync.nwo" in empty("config", "validate").out


def test_the_new_settings_are_set_and_shown(empty: Any) -> None:
    empty("config", "set", "ui.keymap", "vim")
    empty("config", "set", "ui.mouse", "tidak")
    rows = {row["name"]: row for row in empty("config", "show", "--json").json()["settings"]}
    assert rows["ui.keymap"]["value"] == "vim"
    assert rows["ui.mouse"]["value"] is False
    assert empty("config", "set", "ui.keymap", "emacs").code == 2


def test_the_environment_is_named(empty: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    rows = {row["name"]: row for row in empty("config", "show", "--json").json()["settings"]}
    assert rows["ui.theme"] == {"name": "ui.theme", "value": "mono", "source": "environment:NO_COLOR"}
    assert "lingkungan: NO_COLOR" in empty("config", "show").out


def test_comments_stay(empty: Any) -> None:
    from akk_tui import paths

    file = paths.find(empty.home).config_file if hasattr(empty, "home") else None
    empty("config", "set", "ui.theme", "light")
    if file is not None:
        file.write_text(file.read_text() + "# milikku\n")
        empty("config", "set", "ui.theme", "mono")
        assert "# milikku" in file.read_text()
