"""``session``: where the officer is signed in, and the end of one of these sessions or of all."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING

from akk_tui import i18n
from akk_tui.cli import output, table
from akk_tui.cli.parser import subcommands, UsageError
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.contract.identity import Session


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which."""
    add = subcommands(parser, "list|end")
    add("list", help=_("komputer tempat Anda masuk"))
    end = add("end", help=_("mengakhiri satu sesi, atau semua"))
    end.add_argument("id", nargs="?", metavar="ID", help=_("sesi menurut daftar"))
    end.add_argument("--all", action="store_true", help=_("semua, juga yang ini"))


def run(context: Context, args: argparse.Namespace) -> int:
    """List them, or end what is named."""
    return _list(context) if args.action == "list" else _end(context, args)


def _list(context: Context) -> int:
    from akk_tui.sync import signing

    found = signing.sessions(context.paths, context.account(), context.settings())
    if context.json:
        import msgspec

        output.document({"sessions": [msgspec.to_builtins(one, enc_hook=str) for one in found]})
        return 0
    if not found:
        output.say(_("Tidak ada sesi: komputer ini masuk dengan token dari admin."))
        return 0
    with context.store(read_only=True) as store:
        zone = store.meta.get("zone") or "WIB"
    columns = (
        table.Column(_("Sesi")),
        table.Column(_("Komputer"), gives=True, least=12),
        table.Column(_("Pengguna"), gives=True),
        table.Column(_("Masuk"), gives=True, least=12),
        table.Column(_("Terakhir dipakai")),
    )
    content = [
        (str(one.id), _named(one), str(one.user), _moment(str(one.made), zone), _moment(str(one.used), zone))
        for one in found
    ]
    lines = table.rows(columns, content, output.width())
    output.heading(lines[0])
    for line in lines[1:]:
        output.line(line)
    return 0


def _named(one: Session) -> str:
    host = str(one.host) or "–"
    return _("{host} (ini)").format(host=host) if one.current else host


def _moment(text: str, zone: str) -> str:
    try:
        return i18n.moment(datetime.fromisoformat(text), zone)
    except ValueError:
        return text


def _end(context: Context, args: argparse.Namespace) -> int:
    from akk_tui.sync import signing

    if bool(args.id) == args.all:
        raise UsageError(reason=_("Sebut satu sesi (akk-tui session list), atau --all."))
    account = context.account()
    ended = signing.end_sessions(context.paths, account, context.settings(), None if args.all else args.id)
    if context.json:
        output.document({"ended": ended})
        return 0
    output.line(ngettext("{n} sesi diakhiri.", "{n} sesi diakhiri.", ended).format(n=ended))
    if account.session and (args.all or args.id == account.session):
        output.say(_("Komputer ini keluar juga; pekerjaannya tetap tersimpan. Masuk lagi: akk-tui login"))
    return 0
