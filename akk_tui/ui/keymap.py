"""Keys in force: the commands' own, the preset's, the user's; and what is wrong with them, in words.

Knows nothing of Textual, so that the command line can check ``[keys]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.ui import commands
from akk_tui.ui.command import Command

VIM_MOVES: Final[Mapping[str, str]] = {
    "j": "down",
    "k": "up",
    "h": "left",
    "l": "right",
    "G": "end",
    "ctrl+d": "pagedown",
    "ctrl+u": "pageup",
    "ctrl+f": "pagedown",
    "ctrl+b": "pageup",
    "colon": "ctrl+p",
    "g g": "home",
    "g t": "right_square_bracket",
    "g T": "left_square_bracket",
}
"""What moves in the vim preset, outside text fields; two keys are pressed one after the other."""
PRESETS: Final[Mapping[str, Mapping[str, str]]] = {"default": {}, "vim": VIM_MOVES}

_NAMES: Final = {
    " ": "space", "!": "exclamation_mark", '"': "quotation_mark", "#": "number_sign", "$": "dollar_sign",
    "%": "percent_sign", "&": "ampersand", "'": "apostrophe", "(": "left_parenthesis", ")": "right_parenthesis",
    "*": "asterisk", "+": "plus", ",": "comma", "-": "minus", ".": "full_stop", "/": "slash", ":": "colon",
    ";": "semicolon", "<": "less_than_sign", "=": "equals_sign", ">": "greater_than_sign", "?": "question_mark",
    "@": "at", "[": "left_square_bracket", "\\": "backslash", "]": "right_square_bracket", "^": "circumflex_accent",
    "_": "underscore", "`": "grave_accent", "{": "left_curly_bracket", "|": "vertical_line",
    "}": "right_curly_bracket", "~": "tilde",
}  # fmt: skip
_ALIASES: Final = {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "pgup": "pageup", "pgdn": "pagedown",
    "spasi": "space", "spc": "space",
}  # fmt: skip
_MOVING: Final = frozenset(
    ("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "tab", "shift+tab", "enter", "escape")
)
_NAMED: Final = frozenset((*_NAMES.values(), *_MOVING, "insert", "delete", "backspace", "space"))
_SAME: Final = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+j": "enter",
    "ctrl+h": "backspace",
    "ctrl+left_square_bracket": "escape",
}
_TAKEN: Final = frozenset(
    ("ctrl+a", "ctrl+b", "ctrl+c", "ctrl+z", "ctrl+w", "ctrl+t", "ctrl+backslash", "f10", "f11", "alt+f4", "alt+tab")
)
_APART: Final = ("meeting",)
"""Screens on which only their own commands work."""
_EDITING: Final = frozenset(f"ctrl+{letter}" for letter in "acdefkuvwxyz")
"""What a text field does itself."""


class Trouble(NamedTuple):
    """Something wrong with a key: whose, which, and the words; ``other`` is the command that it clashes with.

    ``refused`` keys are not put in force.
    """

    command: str
    key: str
    words: str
    refused: bool = False
    other: str = ""


class Keymap(NamedTuple):
    """``keys``: the commands whose keys differ from their own, with Textual's names, joined by commas."""

    keys: Mapping[str, str]
    moves: Mapping[str, str]
    troubles: tuple[Trouble, ...]


def canonical(key: str) -> str | None:
    """The name that the terminal's library has for ``key`` (``?``, ``Ctrl+R``, ``shift+a``); None: there is none."""
    if len(key) == 1:
        return _NAMES.get(key) or (key if key.isprintable() else None)
    *modifiers, last = re.split(r"\+(?!\Z)", key)
    wanted = sorted({modifier.lower() for modifier in modifiers})
    last = _ALIASES.get(last.lower(), last)
    if len(last) == 1:
        last = _NAMES.get(last) or last
    elif last.lower() in _NAMED or re.fullmatch(r"[fF](1[0-9]|2[0-4]|[1-9])", last):
        last = last.lower()
    else:
        return None
    if not set(wanted) <= {"alt", "ctrl", "shift"}:
        return None
    if len(last) == 1 and wanted == ["shift"]:
        return last.upper()
    if len(last) == 1 and "ctrl" in wanted:
        last = last.lower()
    return "+".join((*wanted, last))


def make(preset: str, own: Mapping[str, str]) -> Keymap:
    """The keymap of the settings ``ui.keymap`` and ``[keys]``."""
    moves = PRESETS.get(preset, {})
    keys = _moved_aside(moves)
    troubles = [Trouble(id_, "", words) for id_, words in _unknown(own)]
    for id_, text in own.items():
        command = commands.by_id().get(id_)
        if command is not None:
            good, said = _read(command, text, moves)
            troubles += said
            if good:
                keys[id_] = ",".join(good)
    return Keymap(keys, moves, (*troubles, *clashes(keys)))


def effective(preset: str, own: Mapping[str, str]) -> dict[str, str]:
    """The keys in force of every command."""
    keys = make(preset, own).keys
    return {command.id: keys.get(command.id, command.key) for command in commands.COMMANDS}


def _unknown(own: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for id_ in own:
        for words in commands.unknown_ids({id_: ""}):
            yield id_, words


def _moved_aside(moves: Mapping[str, str]) -> dict[str, str]:
    """Commands on a single key that moves: they go to alt and that key."""
    first = {key.split(" ")[0] for key in moves if "+" not in key}
    keys: dict[str, str] = {}
    for command in commands.COMMANDS:
        parts = command.key.split(",")
        aside = [f"alt+{key}" if key in first else key for key in parts]
        if aside != parts:
            keys[command.id] = ",".join(aside)
    return keys


def _read(command: Command, text: str, moves: Mapping[str, str]) -> tuple[list[str], list[Trouble]]:
    """The usable keys of a user's entry and what is to be said about it."""
    good: list[str] = []
    said: list[Trouble] = []
    for part in re.split(r",(?=.)", text.strip()):
        key = canonical(part.strip() or part)
        if key is None:
            words = _("Setelan keys.{id}: “{key}” bukan nama tombol, seperti g, f5, ctrl+r, alt+k, atau slash.")
            said.append(Trouble(command.id, part, words.format(id=command.id, key=part), refused=True))
        elif command.priority and commands.is_typed(key):
            words = _("Setelan keys.{id}: {key} tidak dipakai, karena tombol itu lalu tidak dapat lagi diketik.")
            said.append(Trouble(command.id, key, words.format(id=command.id, key=shown(key)), refused=True))
        else:
            good.append(key)
            reason = doubt(key, moves)
            if reason is not None and key not in command.key.split(","):
                words = _("Setelan keys.{id}: {reason}").format(id=command.id, reason=reason)
                said.append(Trouble(command.id, key, words))
    return good, said


def doubt(key: str, moves: Mapping[str, str]) -> str | None:
    """Why ``key`` may not reach the app or not everywhere, in words."""
    name = shown(key)
    if key in _SAME:
        return _("{key} dan {same} sama bagi terminal.").format(key=name, same=shown(_SAME[key]))
    if key in _TAKEN:
        return _("{key} sering diambil oleh tmux, screen, atau jendela terminal.").format(key=name)
    *modifiers, last = key.split("+")
    if modifiers and (
        last in ("enter", "tab", "space", "backspace", "escape") or ("ctrl" in modifiers and not _plain_ctrl(key))
    ):
        return _("{key} tidak dikirim oleh banyak terminal.").format(key=name)
    if key in moves or any(move.startswith(key + " ") for move in moves):
        return _("{key} bergerak dalam peta vim; kini perintah ini yang bekerja.").format(key=name)
    if key in _MOVING:
        return _("{key} dipakai untuk bergerak; daftar dan isian mengambilnya lebih dulu.").format(key=name)
    if key in _EDITING:
        return _("{key} menyunting di dalam isian teks; di sana perintah ini tidak bekerja.").format(key=name)
    return None


def _plain_ctrl(key: str) -> bool:
    return (
        re.fullmatch(r"(alt\+)?ctrl\+([a-z]|f\d+|up|down|left|right|home|end|pageup|pagedown|delete)", key) is not None
    )


def clashes(keys: Mapping[str, str]) -> list[Trouble]:
    """A sentence for each key that two commands of one place share, unless both have it by birth.

    A screen's command on the key of a command that works everywhere wins there; so does a changed key over one that
    was not changed.
    """
    found: dict[tuple[str, str, str], Trouble] = {}
    screens = sorted({screen for command in commands.COMMANDS for screen in command.screens})
    for screen in screens or [""]:
        on: dict[str, list[Command]] = {}
        for command in commands.of_screen(screen):
            if screen in _APART and not command.screens:
                continue
            for key in commands.keys_of(command, keys):
                on.setdefault(key, []).append(command)
        for key, sharing in on.items():
            for n, one in enumerate(sharing):
                for other in sharing[n + 1 :]:
                    if _born(one, key) and _born(other, key):
                        continue
                    found.setdefault((key, one.id, other.id), _clash(key, one, other))
    return list(found.values())


def _born(command: Command, key: str) -> bool:
    return key in command.key.split(",")


def _clash(key: str, one: Command, other: Command) -> Trouble:
    first = one
    if bool(one.screens) == bool(other.screens) and _born(one, key):
        first = other
    words = _(
        "Tombol {key} dipakai dua perintah: “{one}” ({one_id}) dan “{other}” ({other_id}); yang bekerja “{first}”."
    )
    changed, kept = (other, one) if _born(one, key) else (one, other)
    said = words.format(
        key=shown(key), one=_(one.title), one_id=one.id, other=_(other.title), other_id=other.id, first=_(first.title)
    )
    return Trouble(changed.id, key, said, other=kept.id)


def shown(key: str) -> str:
    """The name of a key as a person reads it, with its modifiers."""
    *modifiers, last = key.split("+")
    back = {name: char for char, name in _NAMES.items()}
    last = commands.shown_key(last) if last == "space" else back.get(last, commands.shown_key(last))
    return "+".join((*modifiers, last))


def place_of(command: Command) -> str:
    """Where a command works, in words."""
    if not command.screens:
        return _("di mana saja")
    return ", ".join(screen_title(screen) for screen in command.screens)


_TITLES: Final = {
    "dashboard": N_("Dasbor"),
    "regions": N_("Daerah"),
    "region": N_("halaman daerah"),
    "steps": N_("Prioritas"),
    "checklist": N_("Daftar periksa"),
    "notes": N_("Catatan"),
    "note_editor": N_("penyunting catatan"),
    "agenda": N_("Kegiatan"),
    "event": N_("halaman kegiatan"),
    "event_text": N_("teks kegiatan"),
    "meeting": N_("Mode rapat"),
    "sync": N_("Sinkronisasi"),
    "merge_text": N_("gabungan teks"),
    "settings": N_("Setelan"),
}


def screen_title(screen: str) -> str:
    """The name of a screen; its id where it has none."""
    return _(_TITLES.get(screen, screen))
