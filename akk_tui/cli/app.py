"""No command: the app."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from akk_tui.cli.parser import UsageError
from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.cli.context import Context


class NoTerminal(AkkError):
    """The app without a terminal."""

    code = "usage"
    exit_code = 2
    text = N_("Aplikasi memerlukan terminal; dalam skrip pakai baris perintah: akk-tui status --json, akk-tui --help.")


def check_terminal() -> None:
    """Raise NoTerminal where the app could neither draw nor read keys."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise NoTerminal


def run(context: Context) -> int:
    """Open the app on the signed-in account; without one it is signed in first. Raises NotSignedIn when it is not."""
    if context.json:
        raise UsageError(reason=_("--json memerlukan perintah. Daftarnya: akk-tui --help"))
    check_terminal()
    settings = context.settings()
    if not _open(context):
        return 0
    from akk_tui.sync import account as accounts

    context.unlock()
    if accounts.find(context.paths) is None and not context.paths.account_file.exists():
        from akk_tui.ui import sign_in_app

        sign_in_app.run(context.paths, settings)
    account = context.account()
    from akk_tui.ui import app

    return app.run(context.paths, settings, account)


def _open(context: Context) -> bool:
    """Ask in a window for the passphrase of an encrypted profile that nothing else opens; False: the officer left."""
    from akk_tui.sync import vault

    given = (context.options.passphrase_file, context.options.passphrase_fd, context.options.key_fd)
    if not vault.sealed(context.paths) or any(given) or context.settings().encryption.key_command:
        return True
    if vault.unlocked(context.paths) or vault.kind(context.paths) != "passphrase":
        return True
    from akk_tui.store.db import cipher
    from akk_tui.ui import launch, unlock

    cipher()
    refused = launch.terminal_refused(os.environ, tty=True)
    if refused is not None:
        return True
    vault.hold(context.paths)
    # Given up, it is a plain profile in which nobody is signed in, which is told next.
    return unlock.ask(context.paths, context.settings()) or not vault.sealed(context.paths)
