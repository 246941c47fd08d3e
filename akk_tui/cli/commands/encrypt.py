"""``encrypt``: encrypts the profile with a passphrase or a key command; ``--forget`` for a passphrase that is lost."""

from __future__ import annotations

import argparse
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from akk_tui.cli import output
from akk_tui.cli.parser import UsageError
from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext

if TYPE_CHECKING:
    from akk_tui.cli.context import Context
    from akk_tui.sync.keyfile import Kind


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the key comes from; or that it is lost."""
    way = parser.add_mutually_exclusive_group()
    way.add_argument(
        "--key-command",
        metavar="CMD",
        help=_("perintah yang mencetak kunci, tanpa shell; disimpan sebagai encryption.key_command"),
    )
    way.add_argument(
        "--forget", action="store_true", help=_("frasa sandi terlupa: hapus profil terenkripsi, lalu masuk lagi")
    )
    parser.add_argument("--yes", action="store_true", help=_("dengan --forget: jangan bertanya"))


def run(context: Context, args: argparse.Namespace) -> int:
    """Encrypt, or give up what cannot be opened any more."""
    if args.forget:
        return _forget(context, agreed=args.yes)
    if args.yes:
        raise UsageError(reason=_("--yes hanya bersama --forget"))
    from akk_tui.store.db import cipher
    from akk_tui.sync import sealing, vault
    from akk_tui.sync.vault_errors import AlreadySealed

    cipher()
    if vault.sealed(context.paths):
        raise AlreadySealed
    from akk_tui.cli import unlocking

    secret, kind = new_secret(context, args.key_command, unlocking.passphrase_given(context))
    with command_kept(context, args.key_command):
        sealing.encrypt(context.paths, secret, kind)
    if context.json:
        output.document({"encrypted": True, "kind": kind})
        return 0
    output.line(_("Profil ini terenkripsi: {path}").format(path=vault.folder(context.paths)))
    output.say(
        _(
            "Berkas asli ditimpa lalu dihapus. Pada SSD dan sistem berkas yang menyalin saat menulis, sisanya dapat"
            " bertahan sampai ditimpa; cadangan lama juga masih terbuka."
        )
    )
    output.say(
        _(
            "Yang pernah Anda ekspor (laporan, outbox) dan salin ke tempat lain tidak ikut dienkripsi; hapus yang tidak"
            " diperlukan lagi."
        )
    )
    if kind == "passphrase":
        output.say(
            _(
                "Simpan frasa sandi itu di tempat aman: tidak ada yang dapat memulihkannya, dan tanpa itu isian yang"
                " belum terkirim hilang."
            )
        )
    output.say(_("Di laptop, kunci layar sesudah diam 15 menit: akk-tui config set lock.minutes 15"))
    return 0


@contextmanager
def command_kept(context: Context, command: str | None) -> Generator[None]:
    """Inside, the profile takes the key of ``command``, which the settings name already; a failure takes that back."""
    before = context.settings().encryption.key_command
    try:
        yield
    except BaseException:
        if command is not None:
            import shlex

            from akk_tui import config

            with suppress(AkkError):
                config.set_value(context.paths, "encryption.key_command", shlex.join(before))
        raise


def new_secret(context: Context, command: str | None, given: bytes | None) -> tuple[bytes, Kind]:
    """The new passphrase (given, else typed twice), or what a key command prints.

    Raises ShortPassphrase, Locked where nobody can be asked, KeyCommandFailed, ConfigError.
    """
    from akk_tui.cli import unlocking
    from akk_tui.sync import keyfile
    from akk_tui.sync.vault_errors import Locked

    if command is not None:
        from akk_tui import config
        from akk_tui.sync import keycommand

        before = context.settings().encryption.key_command
        config.set_value(context.paths, "encryption.key_command", command)
        asked = config.load(context.paths).encryption.key_command
        try:
            if not asked:
                raise UsageError(reason=_("--key-command: perlu satu perintah"))
            return keycommand.run(asked), "command"
        except Exception:
            import shlex

            config.set_value(context.paths, "encryption.key_command", shlex.join(before))
            raise
    if given is not None:
        return keyfile.checked_passphrase(given.decode()), "passphrase"
    if not unlocking.can_ask():
        raise Locked
    typed = unlocking.ask(_("Frasa sandi baru (paling sedikit {n} karakter):").format(n=keyfile.SHORTEST))
    secret = keyfile.checked_passphrase(typed)
    if unlocking.ask(_("Sekali lagi:")) != typed:
        raise UsageError(reason=_("Kedua frasa sandi tidak sama; tidak ada yang diubah."))
    return secret, "passphrase"


def _forget(context: Context, *, agreed: bool) -> int:
    from akk_tui.cli.commands.logout import agrees
    from akk_tui.sync import vault, wipe
    from akk_tui.sync.signing_errors import UnsentWork
    from akk_tui.sync.vault_errors import NotSealed

    if not vault.sealed(context.paths):
        raise NotSealed
    lost = vault.unsent_work(context.paths)
    if not agreed:
        words = ngettext(
            "Tanpa frasa sandi profil ini tidak dapat dibuka. {n} suntingan yang belum terkirim akan hilang, dan Anda"
            " harus masuk lagi. Hapus profil terenkripsi? Ketik “ya”:",
            "Tanpa frasa sandi profil ini tidak dapat dibuka. {n} suntingan yang belum terkirim akan hilang, dan Anda"
            " harus masuk lagi. Hapus profil terenkripsi? Ketik “ya”:",
            lost,
        )
        if not agrees(words.format(n=lost)):
            raise UnsentWork(count=lost)
    wipe.forget(context.paths)
    if context.json:
        output.document({"encrypted": False, "lost": lost})
        return 0
    done = ngettext(
        "Profil terenkripsi dihapus; {n} suntingan yang belum terkirim hilang. Masuk lagi: akk-tui login",
        "Profil terenkripsi dihapus; {n} suntingan yang belum terkirim hilang. Masuk lagi: akk-tui login",
        lost,
    )
    output.line(done.format(n=lost))
    output.say(_("Sesi lama masih hidup di server: akhiri sesi itu setelah masuk, atau minta admin mengakhirinya."))
    return 0
