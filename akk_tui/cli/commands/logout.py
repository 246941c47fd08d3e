"""``logout``: forgets the token; what was not sent stays, unless its deletion is wanted."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from akk_tui.cli import output
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext

if TYPE_CHECKING:
    from akk_tui.cli.context import Context


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether the local data goes too."""
    parser.add_argument("--wipe", action="store_true", help=_("hapus juga data di komputer ini"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Sign out; with unsent work ``--wipe`` asks first, or refuses where nobody can be asked."""
    from akk_tui.sync import account

    waiting = account.pending(context.account())
    lost = account.only_here(context.account()) if args.wipe else 0
    agreed = bool(lost and _agrees(lost))
    ended = _ended(context) if not lost or agreed else None
    gone = account.logout(context.paths, wipe=args.wipe, force=agreed)
    if gone is None:
        return 0
    if context.json:
        output.document(
            {
                "officer": gone.officer,
                "server": gone.server,
                "token_store": gone.token_store,
                "wiped": args.wipe,
                "pending": waiting,
                "revoked": ended,
            }
        )
        return 0
    output.line(_("{officer} keluar dari {server}").format(officer=gone.officer, server=gone.server))
    if ended is False:
        output.say(
            _(
                "Server tidak dapat diberi tahu, jadi sesi ini di sana masih berlaku sampai batas waktunya. Bila "
                "komputer ini hilang, akhiri sesinya dari komputer lain: akk-tui session list"
            )
        )
    if waiting and not args.wipe:
        text = ngettext(
            "{n} isian belum terkirim tetap tersimpan; masuk lagi sebagai {officer} untuk mengirimnya.",
            "{n} isian belum terkirim tetap tersimpan; masuk lagi sebagai {officer} untuk mengirimnya.",
            waiting,
        )
        output.say(text.format(n=waiting, officer=gone.officer))
    return 0


def _ended(context: Context) -> bool | None:
    """Whether the session was ended at the server; None where there is none."""
    known = context.account()
    if not known.session:
        return None
    from akk_tui.sync.signing import revoke

    return revoke(context.paths, known, context.settings())


def agrees(question: str) -> bool:
    """Whether the person at the terminal answers ``question`` with yes; without one: no."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    output.say(question)
    return sys.stdin.readline().strip().lower() in ("ya", "yes")


def _agrees(lost: int) -> bool:
    text = ngettext(
        "{n} isian belum terkirim atau catatan pribadi akan hilang untuk selamanya. Hapus? Ketik “ya”:",
        "{n} isian belum terkirim atau catatan pribadi akan hilang untuk selamanya. Hapus? Ketik “ya”:",
        lost,
    )
    return agrees(text.format(n=lost))
