"""``login``: signs in with a token file and checks the server."""

from __future__ import annotations

import argparse
from pathlib import Path

from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _


class TokenUnreadable(AkkError):
    """A token file that cannot be read or holds no token."""

    code = "failed"
    text = N_("Berkas token {path} tidak dapat dipakai: {reason}")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Server and token file."""
    parser.add_argument("--server", metavar="URL", help=_("alamat server; tanpa ini setelan server.url"))
    parser.add_argument("--token-file", required=True, metavar="F", help=_("berkas berisi token dari admin server"))


def token_in(path: Path) -> str:
    """The token in a file: its last word; raises TokenUnreadable."""
    try:
        words = path.expanduser().read_text(encoding="utf-8").split()
    except OSError as cause:
        raise TokenUnreadable(path=path, reason=cause.strerror or str(cause)) from cause
    except UnicodeDecodeError as cause:
        raise TokenUnreadable(path=path, reason=_("bukan teks UTF-8")) from cause
    if not words:
        raise TokenUnreadable(path=path, reason=_("kosong"))
    if not words[-1].isascii() or not words[-1].isprintable():
        raise TokenUnreadable(path=path, reason=_("bukan token"))
    return words[-1]
