"""No command: the app."""

from __future__ import annotations

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
    from akk_tui.sync import account as accounts

    context.unlock()
    if accounts.find(context.paths) is None and not context.paths.account_file.exists():
        from akk_tui.ui import sign_in_app

        sign_in_app.run(context.paths, settings)
    account = context.account()
    from akk_tui.ui import app

    return app.run(context.paths, settings, account)
