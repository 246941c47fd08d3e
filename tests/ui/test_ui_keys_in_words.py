"""Sentences that name a key name the user's: with every command on another key no default key is left in them."""

from __future__ import annotations

import re
from pathlib import Path

import filled
import pytest
from babel.messages.pofile import read_po
from walks import Walk, WALKS
from work_app import drive, Driven

from akk_tui import i18n
from akk_tui.ui import commands
from akk_tui.ui.help import HelpScreen

OTHER = {
    command.id: f"f{13 + n % 12}"
    for n, command in enumerate(commands.COMMANDS)
    if commands.is_typed(command.key.split(",")[0]) and command.key not in ("left", "right", "enter")
}
"""Keys that nothing has: F13 to F24, each for several commands."""
HINT = re.compile(
    r"(?:[Tt]ekan|dengan|sampai|atau|;) (?:[a-zA-Z]|spasi|\[)(?= [a-z]|[.,;])"
    r"|(?:[Pp]ress|with|until|or|;) (?:[a-zA-Z]|space|\[)(?= [a-z]|[.,;])"
)
"""A key of one letter, or the space bar, within a sentence."""
EMPTY = [one for one in WALKS if one.store == "empty" or one.name == "sync-nothing"]


def hints(text: str) -> list[str]:
    return HINT.findall(" ".join(text.split()).replace("; a ", ""))


def test_every_key_that_a_sentence_names_is_one_of_a_command_in_both_languages() -> None:
    with (Path(i18n.__file__).parent / "locales/en/LC_MESSAGES/akk_tui.po").open("rb") as stream:
        sentences = read_po(stream)
    named: set[str] = set()
    for message in sentences:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        here = set(re.findall(r"\{key:([^}]*)\}", " ".join(ids)))
        assert here == set(re.findall(r"\{key:([^}]*)\}", " ".join(told))), message.id
        named |= here
    assert named <= set(commands.by_id())
    assert len(named) > 20


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("one", EMPTY, ids=[one.name for one in EMPTY])
def test_an_empty_screen_names_the_users_keys(tmp_path: Path, sample_store: Path, one: Walk, language: str) -> None:
    i18n.use(language)
    store = sample_store if one.store == "sample" else filled.fill(tmp_path / "akk.db", {}, [])

    async def test(app: Driven) -> None:
        assert not hints(app.text()), app.text()

    drive(store, test, at=one.at, keymap=OTHER)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("at", ["dashboard", "regions", "checklist", "notes", "agenda", "sync", "settings"])
def test_the_help_of_a_screen_names_the_users_keys(sample_store: Path, at: str, language: str) -> None:
    i18n.use(language)

    async def test(app: Driven) -> None:
        await app.app.run_command("help")
        await app.settle()
        assert isinstance(app.screen, HelpScreen)
        words = "\n".join(app.screen.words)
        assert "{key" not in words
        assert not hints(words), words

    drive(sample_store, test, at=at, keymap=OTHER)


def test_what_is_said_after_an_edit_names_the_users_key(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.app.run_command("notes.delete")
        await app.settle()
        assert "dihapus; f5 mengurungkannya." in app.told()

    drive(store_path, test, at="notes", keymap={"edit.undo": "f5"})
