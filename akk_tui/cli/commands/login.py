"""``login``: signs in by a code that is confirmed in a browser, or with a token of a file or of a program."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import Final, TYPE_CHECKING

from akk_tui.cli import output
from akk_tui.cli.parser import UsageError
from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import language, ngettext

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.sync.account import Account
    from akk_tui.sync.device import Code, Wait


_MOST_READ: Final = 65_536
"""Bytes of a token file; a token has a few dozen."""
_STORES: Final = ("auto", "keyring", "runtime", "file")


class TokenUnreadable(AkkError):
    """A token file that cannot be read or holds no token."""

    code = "usage"
    exit_code = 2
    text = N_("Berkas token {path} tidak dapat dipakai: {reason}")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Server, how to sign in, and where the session is kept."""
    parser.add_argument("--server", metavar="URL", help=_("alamat server; tanpa ini setelan server.url"))
    parser.add_argument(
        "--token-file",
        metavar="F",
        help=_("berkas berisi token dari admin server, untuk skrip; tanpa ini kode disetujui lewat peramban"),
    )
    parser.add_argument(
        "--store-token",
        choices=_STORES,
        help=_("tempat sesi disimpan: keyring, runtime (memori), file (hanya Anda); tanpa ini setelan sign_in.store"),
    )
    parser.add_argument("--issuer", metavar="URL", help=_("penyedia identitas (OpenID) yang dipakai server"))
    parser.add_argument("--progress", action="store_true", help=_("kemajuan sebagai baris JSON di stderr"))
    # The name is the first line of the standard input: an argument would be read by everybody on the computer.
    parser.add_argument("--expect", action="store_true", help=argparse.SUPPRESS)


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
    try:
        made = _signed_in(context, args)
    except AkkError as error:
        if args.progress:
            issuer = error.params.get("issuer")
            output.say_json({"stage": "failed", "code": error.code, **({"issuer": issuer} if issuer else {})})
        raise
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
        return 0
    from akk_tui.cli.words import token_store

    output.line(_("Masuk sebagai {officer} di {server}").format(officer=made.officer, server=made.server))
    output.line(ngettext("{n} daerah tugas", "{n} daerah tugas", made.regions).format(n=made.regions))
    output.say(_("Disimpan di: {place}").format(place=token_store(made.token_store)))
    from akk_tui.store import netfs

    kind = netfs.remote(Path(made.store).parent)
    if kind:
        output.say(_(netfs.WORDS).format(kind=kind))
    output.say(_("Ambil datanya dengan: akk-tui sync"))
    return 0


def _signed_in(context: Context, args: argparse.Namespace) -> Account:
    from akk_tui.sync import account as accounts

    settings = context.settings()
    context.unlock()
    known = accounts.find(context.paths)
    address = args.server or settings.server.url or (known.server if known is not None else None)
    if not address:
        raise UsageError(reason=_("Beri alamat server: --server URL, atau setelan server.url."))
    if args.token_file:
        from akk_tui.sync.choosing import choose
        from akk_tui.sync.runner import sign_in

        # Whoever has the token in a file has chosen a file.
        store = choose(context.paths, args.store_token) if args.store_token else accounts.FILE
        return sign_in(context.paths, address, token_in(Path(args.token_file)), settings, store=store)
    from akk_tui.sync import signing

    if settings.sign_in.token_command and not args.issuer:
        return signing.by_command(context.paths, address, settings)
    return _by_device(context, args, address)


def _by_device(context: Context, args: argparse.Namespace, address: str) -> Account:
    from akk_tui.cli.commands.sync import Stop
    from akk_tui.sync import signing
    from akk_tui.sync.address import origin
    from akk_tui.sync.choosing import choose
    from akk_tui.sync.signing_errors import CodeExpired

    settings, server = context.settings(), origin(address)
    asks = sys.stdin.isatty() and sys.stderr.isatty() and not args.progress
    wanted = args.store_token or settings.sign_in.store
    store = choose(context.paths, wanted, lambda: _file_agreed(context, asks=asks))
    expected = sys.stdin.readline().strip() if args.expect else None
    told = _Told(server, context.settings().ui.glyphs, progress=args.progress)
    way = partial(signing.by_device, offered=told.offered)
    if args.issuer:
        from akk_tui.sync.openid import by_provider

        way = partial(by_provider, issuer=args.issuer)
    parent = os.getppid()

    def left() -> bool:
        """Whether the app that asked for it is gone, whatever ended it: nobody sees the code any more."""
        return args.progress and os.getppid() != parent

    while True:
        try:
            with Stop() as stop:
                return way(
                    context.paths,
                    server,
                    settings=settings,
                    store=store,
                    show=told.show,
                    tell=told.tell,
                    lang=language(),
                    expected=expected,
                    cancelled=lambda: stop() or left(),
                )
        except CodeExpired:
            told.end()
            if not asks:
                raise
            output.say(_("Kode sudah kedaluwarsa. Tekan enter untuk kode baru, ctrl+c untuk berhenti."))
            if not sys.stdin.readline():
                raise
        finally:
            told.end()


def _file_agreed(context: Context, *, asks: bool) -> bool:
    """Whether a file may hold the session; it is asked once: the answer yes is kept as a setting.

    Where the session before was in a file, that was agreed then. Nobody can be asked without a terminal: no.
    """
    from akk_tui import config
    from akk_tui.sync import account as accounts

    known = accounts.find(context.paths)
    if known is not None and known.session and known.token_store == accounts.FILE:
        return True
    if not asks:
        return False
    output.say(
        _(
            "Di komputer ini tidak ada keyring yang berfungsi. Bolehkah sesi disimpan dalam berkas yang hanya dapat "
            "dibuka Anda ({folder})? Ketik “ya”:"
        ).format(folder=context.paths.state)
    )
    if sys.stdin.readline().strip().lower() not in ("ya", "y", "yes"):
        return False
    config.set_value(context.paths, "sign_in.store", "file")
    return True


class _Told:
    """Tells of the sign-in: on a terminal, in a file, or in lines of JSON for the app."""

    def __init__(self, server: str, glyphs: str, *, progress: bool) -> None:
        self._server = server
        self._glyphs = glyphs
        self._progress = progress
        self._over = False
        self._last = -1

    def show(self, code: Code) -> None:
        """The code is there."""
        from akk_tui.sync.device import about_here

        here = about_here("", "")
        if self._progress:
            output.say_json({"stage": "code", **code._asdict(), "host": here["host"], "user": here["user"]})
            return
        from akk_tui.cli import device_page
        from akk_tui.ui.glyphs import wants_ascii

        device_page.page(self._server, code, here["host"], here["user"], ascii_glyphs=wants_ascii(self._glyphs))
        if not sys.stderr.isatty():
            minutes = max(1, code.seconds // 60)
            words = ngettext(
                "Menunggu persetujuan, paling lama {n} menit.", "Menunggu persetujuan, paling lama {n} menit.", minutes
            )
            output.say(words.format(n=minutes))

    def offered(self, issuer: str) -> None:
        """The server also works with a provider of identities: the app offers it."""
        if self._progress:
            output.say_json({"stage": "issuer", "issuer": issuer})

    def tell(self, wait: Wait) -> None:
        """How the waiting goes, once a second."""
        if wait.seconds == self._last:
            return
        self._last = wait.seconds
        if self._progress:
            output.say_json({"stage": "wait", **wait._asdict()})
        elif sys.stderr.isatty():
            from akk_tui.cli import device_page

            self._over = True
            device_page.waiting(wait)

    def end(self) -> None:
        """Leave no half line behind."""
        if self._over:
            self._over = False
            output.over("")
