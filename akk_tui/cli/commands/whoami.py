"""``whoami``: who is signed in where."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from akk_tui.cli import output, words
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.cli.context import Context


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(context: Context, _args: argparse.Namespace) -> int:
    """Print it; exit 4 when nobody is signed in."""
    account = context.account()
    if context.json:
        output.document(
            {
                "officer": account.officer,
                "display": account.display,
                "role": account.role,
                "server": account.server,
                "token_store": account.token_store,
                "session": account.session or None,
                "store": account.store,
            }
        )
    else:
        named = f"{account.officer} ({account.display})" if account.display else account.officer
        output.line(_("{officer}, {role}, di {server}").format(officer=named, role=account.role, server=account.server))
        output.line(_("Masuk disimpan di: {place}").format(place=words.token_store(account.token_store)))
    return 0
