"""``decrypt``: takes the encryption of the profile away."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from akk_tui.cli import output
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.cli.context import Context


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(context: Context, _args: argparse.Namespace) -> int:
    """Decrypt; everything is again in files that only their owner can read."""
    from akk_tui.sync import sealing, vault
    from akk_tui.sync.vault_errors import NotSealed

    context.unlock()
    if not vault.sealed(context.paths):
        raise NotSealed
    sealing.decrypt(context.paths)
    if context.json:
        output.document({"encrypted": False})
    else:
        output.line(_("Profil ini tidak terenkripsi lagi."))
        output.say(_("Siapa pun yang memegang disk ini tanpa sandi kini dapat membacanya."))
    return 0
