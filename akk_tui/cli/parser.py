"""Arguments: global options anywhere on the line, one argparse parser for the named command, errors in words.

Only the parser of the command that was named is filled, so that a short command starts fast.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final, NamedTuple, NoReturn, Protocol

from akk_tui.cli import output
from akk_tui.cli.catalog import BY_NAME, Command, COMMANDS
from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import LANGUAGES

Namespace = argparse.Namespace


class UsageError(AkkError):
    """A command line that cannot be understood."""

    code = "usage"
    exit_code = 2
    text = "{reason}"


class UnknownCommand(UsageError):
    """A command that does not exist."""

    text = N_("Perintah “{name}” tidak dikenal. Mungkin maksudnya “{nearest}”? Daftarnya: akk-tui --help")


class Help(Exception):
    """Raised once help was printed."""


class Globals(NamedTuple):
    """The global options of one command line."""

    home: str | None = None
    lang: str | None = None
    json: bool = False
    cycle: str | None = None
    version: bool = False
    passphrase_file: str | None = None
    passphrase_fd: str | None = None
    key_fd: str | None = None
    """Number of a pipe on which the app hands the key of an encrypted profile to the processes that it starts."""


class CommandModule(Protocol):
    """What the module of a command offers."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""
        ...

    def run(self, context: Any, args: Namespace) -> int:
        """Do it; the exit code."""
        ...


GLOBAL_OPTIONS: Final = (
    ("--home", "DIR", N_("seluruh profil di bawah folder ini (juga AKK_HOME)")),
    ("--lang", "id|en", N_("bahasa")),
    ("--cycle", N_("TAHUN"), N_("siklus; tanpa ini yang terbuka dan terbaru")),
    ("--json", None, N_("satu dokumen JSON di stdout")),
    ("--passphrase-file", N_("BERKAS"), N_("frasa sandi profil terenkripsi, baris pertama berkas ini")),
    ("--passphrase-fd", "N", N_("sama, dari deskriptor yang sudah terbuka")),
)
_VALUED: Final = {
    "--home": "home",
    "--lang": "lang",
    "--cycle": "cycle",
    "--passphrase-file": "passphrase_file",
    "--passphrase-fd": "passphrase_fd",
    "--key-fd": "key_fd",
}

# argparse speaks English from its own catalogue; these are its sentences that a user of ours can meet.
_ARGPARSE: Final = {
    "usage: ": N_("pemakaian: "),
    "positional arguments": N_("argumen"),
    "options": N_("opsi"),
    "show this help message and exit": N_("menampilkan bantuan ini"),
    "argument %(argument_name)s: %(message)s": N_("%(argument_name)s: %(message)s"),
    "expected one argument": N_("perlu satu nilai"),
    "expected at most one argument": N_("paling banyak satu nilai"),
    "expected at least one argument": N_("perlu sedikitnya satu nilai"),
    "ignored explicit argument %r": N_("tidak menerima nilai (%r)"),
    "not allowed with argument %s": N_("tidak dapat bersama %s"),
    "one of the arguments %s is required": N_("salah satu dari %s diperlukan"),
    "the following arguments are required: %s": N_("argumen ini diperlukan: %s"),
    "unrecognized arguments: %s": N_("argumen tidak dikenal: %s"),
    "invalid choice: %(value)r (choose from %(choices)s)": N_("%(value)r bukan pilihan; pilihannya %(choices)s"),
    "invalid %(type)s value: %(value)r": N_("%(value)r tidak sah (%(type)s)"),
}


def _translated(text: str) -> str:
    return _(_ARGPARSE[text]) if text in _ARGPARSE else text


@contextmanager
def translated() -> Generator[None]:
    """Inside, argparse speaks the language in use; its sentences have no other door."""
    before: Any = argparse.__dict__["_"]
    argparse.__dict__["_"] = _translated
    try:
        yield
    finally:
        argparse.__dict__["_"] = before


class _Formatter(argparse.HelpFormatter):
    """Knows its width beforehand: argparse would import shutil for each argument."""

    def __init__(self, prog: str) -> None:
        named = os.environ.get("COLUMNS", "")
        super().__init__(prog, width=min(100, int(named) if named.isdecimal() else output.PLAIN_WIDTH) - 2)


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError instead of leaving the process."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", _Formatter)
        options.setdefault("allow_abbrev", False)
        super().__init__(**options)

    def error(self, message: str) -> NoReturn:
        usage = self.format_usage().rstrip()
        raise UsageError(reason=f"{usage}\n{message}")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise Help


def split(arguments: Sequence[str]) -> tuple[Globals, list[str]]:
    """The global options, wherever they stand before a ``--``, and what is left; raises UsageError."""
    found: dict[str, Any] = {}
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif word in ("--json", "--version"):
            found[word[2:]] = True
        elif name in _VALUED:
            taken = value if equals else next(words, None)
            if taken is None or (not equals and taken.startswith("--")):
                raise UsageError(reason=_("{option}: perlu satu nilai").format(option=name))
            found[_VALUED[name]] = taken
        else:
            rest.append(word)
    if found.get("lang", "id") not in LANGUAGES:
        raise UsageError(reason=_("--lang {lang}: bahasa yang ada: {known}").format(lang=found["lang"], known="id, en"))
    if found.get("home") == "":
        raise UsageError(reason=_("{option}: perlu satu nilai").format(option="--home"))
    return Globals(**found), rest


def module_of(command: Command) -> CommandModule:
    """The module that holds ``command``."""
    return import_module(command.module)  # pyright: ignore[reportReturnType]


def find(rest: Sequence[str]) -> Command | None:
    """The command that the line names first; None when there is none. Raises UsageError for anything else."""
    if not rest:
        return None
    name = rest[0]
    if name in BY_NAME:
        return BY_NAME[name]
    if name in ("-h", "--help"):
        print_help()
        raise Help
    if name.startswith("-"):
        raise UsageError(reason=_("Opsi {option} tidak dikenal. Daftarnya: akk-tui --help").format(option=name))
    from difflib import get_close_matches

    near = get_close_matches(name, BY_NAME, 1, 0.5)
    raise UnknownCommand(name=name, nearest=near[0] if near else "status")


def build(command: Command, module: CommandModule) -> Parser:
    """The parser of one command, with the global options in its help."""
    parser = Parser(prog=f"akk-tui {command.name}", description=_(command.help))
    module.arguments(parser)
    parser.epilog = _("Opsi umum: {options}").format(options=_global_usage())
    return parser


def _global_usage() -> str:
    return " ".join(f"[{name}{f' {_(value)}' if value else ''}]" for name, value, _help in GLOBAL_OPTIONS)


def print_help() -> None:
    """The list of commands and global options on stdout."""
    command_word = _("PERINTAH")
    output.line(_("pemakaian: ") + f"akk-tui {_global_usage()} [{command_word} …]")
    output.line()
    output.line(_("Tanpa perintah: aplikasi."))
    output.line()
    wide = max(len(command.name) for command in COMMANDS)
    for command in COMMANDS:
        output.line(f"  {command.name:<{wide}}  {_(command.help)}")
    output.line()
    for name, value, text in (*GLOBAL_OPTIONS, ("--version", None, N_("versi"))):
        shown = f"{name} {_(value)}" if value else name
        output.line(f"  {shown:<16}  {_(text)}")
    output.line()
    output.line(_("Bantuan satu perintah: akk-tui PERINTAH --help"))
    output.line(_("Kode keluar: 0 selesai · 1 gagal · 2 salah tulis · 3 server tak terjangkau · 4 belum masuk atau"))
    output.line(_("tidak berhak · 5 selesai, ada yang menunggu jawaban · 6 data lokal tak terpakai · 130 dihentikan"))


def subcommands(parser: argparse.ArgumentParser, metavar: str) -> Callable[..., argparse.ArgumentParser]:
    """A maker of sub-parsers that all raise UsageError; the chosen name is ``args.action``."""
    made = parser.add_subparsers(
        dest="action", metavar=metavar, required=True, prog=parser.prog, parser_class=Parser, title=_("tindakan")
    )
    return made.add_parser
