"""The commands of ``akk-server`` about signing in: ``user invite``, ``user enable``, ``session``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TYPE_CHECKING

from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.server.cli_base import ready, say, tell, write_out

if TYPE_CHECKING:
    from akk_tui.server.db.engine import Database

Add = Callable[..., Any]


def link_arguments(parser: Any) -> None:
    """What every command takes that prints a link."""
    parser.add_argument("--out", type=Path, metavar="F", help=_("tulis tautan ke berkas ini saja"))
    parser.add_argument("--public-url", metavar="URL", help=_("alamat server bagi petugas, untuk tautan"))


def arguments(add: Add, users: Any, commands: Any, stored: Any) -> None:
    """Add the commands: those below ``user`` to ``users``, the rest to ``commands``."""
    invited = add("invite", _("buat tautan untuk membuat kata sandi (sekali pakai)"), _invite, users)
    invited.add_argument("name", metavar=_("NAMA"))
    link_arguments(invited)
    add("enable", _("buka kembali akun petugas"), _enable, users).add_argument("name", metavar=_("NAMA"))

    session = commands.add_parser("session", help=_("sesi masuk"), description=_("sesi masuk"), parents=[stored])
    made = session.add_subparsers(metavar=_("PERINTAH"), required=True)
    add("list", _("daftar sesi yang berlaku"), _list, made).add_argument("name", metavar=_("NAMA"), nargs="?")
    for name, text, command in (
        ("revoke", _("akhiri sesi"), _revoke),
        ("wipe", _("minta terminal sesi itu menghapus datanya"), _wipe),
    ):
        one = add(name, text, command, made)
        which = one.add_mutually_exclusive_group(required=True)
        which.add_argument("id", metavar="ID", nargs="?")
        which.add_argument("--all", metavar=_("NAMA"), dest="everything", help=_("semua sesi petugas ini"))

    provider = commands.add_parser(
        "oidc", help=_("penyedia identitas OpenID"), description=_("penyedia identitas OpenID"), parents=[stored]
    )
    changes = provider.add_subparsers(metavar=_("PERINTAH"), required=True)
    trusted = add("set", _("percayai penyedia ini"), _oidc_set, changes)
    trusted.add_argument("--issuer", metavar="URL", required=True, help=_("alamat penyedia"))
    trusted.add_argument("--client-id", metavar="ID", required=True, help=_("nama aplikasi ini pada penyedia"))
    trusted.add_argument(
        "--claim", metavar="C", default="preferred_username", help=_("bagian token yang menyebut nama petugas")
    )
    add("off", _("jangan percayai penyedia mana pun lagi"), _oidc_off, changes)


def first(asked: argparse.Namespace, named: str) -> None:
    """After ``init``: the invitation of the first administrator, printed once, while the server has no officer."""
    from akk_tui.server import administration, public

    address = None if asked.public_url is None else public.origin(asked.public_url)
    with _opened(named) as database:
        token = administration.invite_first(database)
        if token is not None:
            tell(_("Belum ada petugas. Tautan ini membuat administrator pertama; sekali pakai, berlaku 24 jam:"))
            _print(asked, database, address, token)


def _invite(asked: argparse.Namespace) -> int:
    from akk_tui.server import administration, public

    address = None if asked.public_url is None else public.origin(asked.public_url)
    with _opened(ready(asked)) as database:
        token = administration.invite(database, asked.name)
        tell(_("Berikan tautan ini kepada {name} saja; sekali pakai, berlaku 72 jam:").format(name=asked.name))
        _print(asked, database, address, token)
    return 0


def _print(asked: argparse.Namespace, database: Database, address: str | None, token: str) -> None:
    """The link, once: on stdout, or in the file that ``--out`` names."""
    from akk_tui.server import administration, public

    address = address or public.known(database)
    link = f"{address or ''}/invite/{token}"
    if address is None:
        tell(_("Tambahkan alamat server Anda di depannya, atau sebutkan dengan --public-url."))
    if asked.out is None:
        say(link)
        return
    try:
        write_out(asked.out, link)
    except AkkError:
        # Nobody will ever hold this link.
        administration.void(database, token)
        raise


def _enable(asked: argparse.Namespace) -> int:
    from akk_tui.server import administration

    with _opened(ready(asked)) as database:
        administration.enable_user(database, asked.name)
    return 0


def _list(asked: argparse.Namespace) -> int:
    from akk_tui.server import administration

    states = {"live": _("berlaku"), "wipe": _("menunggu dihapus"), "wiped": _("sudah dihapus")}
    with _opened(ready(asked)) as database:
        for row in administration.list_sessions(database, asked.name):
            say("\t".join((row.id, row.officer, states[row.state], f"{row.user}@{row.host}", row.made, row.used)))
    return 0


def _revoke(asked: argparse.Namespace) -> int:
    from akk_tui.server import administration

    with _opened(ready(asked)) as database:
        if asked.everything is None:
            administration.end_session(database, asked.id)
        else:
            count = administration.end_sessions(database, asked.everything)
            tell(_("{n} sesi diakhiri.").format(n=count))
    return 0


def _wipe(asked: argparse.Namespace) -> int:
    from akk_tui.server import administration

    with _opened(ready(asked)) as database:
        if asked.everything is None:
            name, tokens = administration.wipe_session(database, asked.id)
        else:
            name = asked.everything
            count, tokens = administration.wipe_sessions(database, name)
            tell(_("{n} sesi diminta menghapus datanya.").format(n=count))
        if tokens:
            words = ngettext(
                "{n} token otomasi {name} masih berlaku. Data di komputer yang memakainya tidak dapat dihapus dari"
                " sini; cabut dengan: akk-server token --revoke --all {name}",
                "{n} token otomasi {name} masih berlaku. Data di komputer yang memakainya tidak dapat dihapus dari"
                " sini; cabut dengan: akk-server token --revoke --all {name}",
                tokens,
            )
            tell(words.format(n=tokens, name=name))
    return 0


def _oidc_set(asked: argparse.Namespace) -> int:
    from akk_tui.server.identity import oidc

    provider = oidc.Provider(issuer=asked.issuer, client_id=asked.client_id, claim=asked.claim)
    with _opened(ready(asked)) as database:
        oidc.set_provider(database, provider)
    return 0


def _oidc_off(asked: argparse.Namespace) -> int:
    from akk_tui.server.identity import oidc

    with _opened(ready(asked)) as database:
        oidc.unset_provider(database)
    return 0


@contextmanager
def _opened(named: str) -> Generator[Database]:
    from akk_tui.server.db.engine import Database

    database = Database(named)
    try:
        yield database
    finally:
        database.close()
