"""``rekey``: another passphrase or key command for an encrypted profile."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from akk_tui.cli import output
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.cli.context import Context


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the new key comes from."""
    way = parser.add_mutually_exclusive_group()
    way.add_argument(
        "--key-command",
        metavar="CMD",
        help=_("perintah yang mencetak kunci, tanpa shell; disimpan sebagai encryption.key_command"),
    )
    way.add_argument("--new-passphrase-file", metavar="F", help=_("berkas berisi frasa sandi baru"))
    way.add_argument("--new-passphrase-fd", metavar="N", type=int, help=_("deskriptor berisi frasa sandi baru"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Ask for the old one, then for the new one."""
    from akk_tui.cli import unlocking
    from akk_tui.cli.commands.encrypt import command_kept, new_secret
    from akk_tui.sync import vault
    from akk_tui.sync.vault_errors import NotSealed

    if not vault.sealed(context.paths):
        raise NotSealed
    context.unlock()
    given = None
    if args.new_passphrase_file is not None:
        given = unlocking.first_line(args.new_passphrase_file)
    elif args.new_passphrase_fd is not None:
        given = unlocking.first_line(args.new_passphrase_fd)
    secret, kind = new_secret(context, args.key_command, given)
    with command_kept(context, args.key_command):
        vault.rekey(context.paths, secret, kind)
    if kind == "passphrase" and context.settings().encryption.key_command:
        from akk_tui import config

        config.set_value(context.paths, "encryption.key_command", "")
    if context.json:
        output.document({"encrypted": True, "kind": kind})
        return 0
    output.line(_("Profil ini kini dibuka dengan kunci yang baru."))
    output.say(
        _(
            "Kunci datanya tetap: siapa yang pernah menyalin profil ini bersama frasa sandi lama masih dapat membuka"
            " salinan itu. Bila itu dikhawatirkan: akk-tui decrypt, lalu akk-tui encrypt."
        )
    )
    return 0
