"""How a command gets the key of an encrypted profile: from its parent, a file, a descriptor, a command, or a person."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, TYPE_CHECKING

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.sync import vault
from akk_tui.sync.vault_errors import Locked, NoKeyCommand, PassphraseUnreadable, WrongSecret

if TYPE_CHECKING:
    from akk_tui.cli.context import Context

_MOST: Final = 4096
TRIES: Final = 3


def unlock(context: Context) -> None:
    """Open the profile when it is encrypted; raises Locked, WrongSecret and the other VaultErrors.

    In this order: ``--key-fd`` (the data key itself, from the app), ``--passphrase-file``, ``--passphrase-fd``, the
    setting ``encryption.key_command``, else the person at the terminal.
    """
    if not vault.sealed(context.paths) or vault.unlocked(context.paths):
        return
    if context.options.key_fd is not None:
        vault.use(context.paths, _handed(context.options.key_fd))
        return
    given = passphrase_given(context)
    if given is None and context.settings().encryption.key_command:
        from akk_tui.sync import keycommand

        given = keycommand.run(context.settings().encryption.key_command, _load)
    if given is not None:
        vault.unlock(context.paths, given)
    elif vault.kind(context.paths) == "command":
        raise NoKeyCommand
    else:
        _ask(context)


def _load() -> None:
    """Load what reads an encrypted store: it is wanted next, and the command takes its time."""
    import akk_tui.store.store  # noqa: F401  # pyright: ignore[reportUnusedImport]
    from akk_tui.store.db import cipher
    from akk_tui.store.errors import NoCipher

    with suppress(NoCipher):
        cipher()


def passphrase_given(context: Context) -> bytes | None:
    """The passphrase of ``--passphrase-file`` or ``--passphrase-fd``; None when neither is there."""
    if context.options.passphrase_file is not None:
        return first_line(context.options.passphrase_file)
    if context.options.passphrase_fd is not None:
        return first_line(_number(context.options.passphrase_fd))
    return None


def first_line(source: str | int) -> bytes:
    """The passphrase on the first line of a file (a name) or an open descriptor; raises PassphraseUnreadable."""
    from akk_tui.sync import keyfile

    try:
        with open(source if isinstance(source, int) else Path(source).expanduser(), "rb") as stream:
            line = stream.read(_MOST).partition(b"\n")[0].rstrip(b"\r").decode()
    except OSError as cause:
        raise PassphraseUnreadable(path=source, reason=cause.strerror or str(cause)) from cause
    except UnicodeDecodeError:
        raise PassphraseUnreadable(path=source, reason=N_("bukan teks UTF-8")) from None
    if not line:
        raise PassphraseUnreadable(path=source, reason=N_("kosong"))
    return keyfile.passphrase(line)


def can_ask() -> bool:
    """Whether a person sits at a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(prompt: str) -> str:
    """What a person types without seeing it; raises KeyboardInterrupt, Locked at the end of the input."""
    from getpass import getpass

    try:
        return getpass(prompt + " ", stream=sys.stderr)
    except EOFError:
        raise Locked from None


def _ask(context: Context) -> None:
    if not can_ask():
        raise Locked
    from akk_tui.cli import output
    from akk_tui.cli.context import sentence
    from akk_tui.sync import keyfile

    for left in reversed(range(TRIES)):
        try:
            vault.unlock(context.paths, keyfile.passphrase(ask(_("Frasa sandi profil:"))))
            return
        except WrongSecret as error:
            if not left:
                raise
            output.say(sentence(error))


def _handed(text: str) -> bytes:
    number = _number(text)
    try:
        with os.fdopen(number, "rb") as stream:
            return bytes.fromhex(stream.read(64).decode())
    except (OSError, ValueError) as cause:
        raise Locked from cause


def _number(text: str) -> int:
    if not text.isdecimal():
        raise PassphraseUnreadable(path=text, reason=N_("bukan nomor"))
    return int(text)
