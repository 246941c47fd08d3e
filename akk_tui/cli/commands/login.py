"""``login``: signs in with a token file and checks the server."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final, TYPE_CHECKING

from akk_tui.cli import output
from akk_tui.cli.parser import UsageError
from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext

if TYPE_CHECKING:
    from akk_tui.cli.context import Context


_MOST_READ: Final = 65_536
"""Bytes of a token file; a token has a few dozen."""


class TokenUnreadable(AkkError):
    """A token file that cannot be read or holds no token."""

    code = "usage"
    exit_code = 2
    text = N_("Berkas token {path} tidak dapat dipakai: {reason}")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Server and token file."""
    parser.add_argument("--server", metavar="URL", help=_("alamat server; tanpa ini setelan server.url"))
    parser.add_argument("--token-file", required=True, metavar="F", help=_("berkas berisi token dari admin server"))


def token_in(path: Path) -> str:
    """The token in a file: its last word; raises TokenUnreadable."""
    try:
        with path.expanduser().open("rb") as stream:
            words = stream.read(_MOST_READ).decode().split()
    except OSError as cause:
        raise TokenUnreadable(path=path, reason=cause.strerror or str(cause)) from cause
    except UnicodeDecodeError as cause:
        raise TokenUnreadable(path=path, reason=_("bukan teks UTF-8")) from cause
    if not words:
        raise TokenUnreadable(path=path, reason=_("kosong"))
    if not words[-1].isascii() or not words[-1].isprintable():
        raise TokenUnreadable(path=path, reason=_("bukan token"))
    return words[-1]


def run(context: Context, args: argparse.Namespace) -> int:
    """Sign in."""
    settings = context.settings()
    address = args.server or settings.server.url
    if not address:
        raise UsageError(reason=_("Beri alamat server: --server URL, atau setelan server.url."))
    token = token_in(Path(args.token_file))
    context.unlock()
    from akk_tui.sync.runner import sign_in

    made = sign_in(context.paths, address, token, settings)
    if context.json:
        output.document(
            {
                "officer": made.officer,
                "server": made.server,
                "regions": made.regions,
                "role": made.role,
                "token_store": made.token_store,
            }
        )
    else:
        output.line(_("Masuk sebagai {officer} di {server}").format(officer=made.officer, server=made.server))
        output.line(ngettext("{n} daerah tugas", "{n} daerah tugas", made.regions).format(n=made.regions))
        output.say(_("Ambil datanya dengan: akk-tui sync"))
    return 0
