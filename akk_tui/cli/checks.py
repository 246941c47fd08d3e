"""What ``doctor`` looks at. Each check is a function of the context that tells what it found and never raises."""

from __future__ import annotations

import os
import sys
from typing import Final, TYPE_CHECKING

from akk_tui.cli import store_checks, words
from akk_tui.cli.check import Check, guarded
from akk_tui.cli.context import sentence
from akk_tui.contract.errors import AkkError, system_words
from akk_tui.contract.limits import SKEW_SECONDS
from akk_tui.i18n import gettext as _
from akk_tui.i18n import language, ngettext

if TYPE_CHECKING:
    from akk_tui.cli.context import Context

OLDEST_SQLITE: Final = (3, 31, 0)
SAFE_SQLITE: Final = (3, 51, 3)
"""Versions before it can lose a commit when a WAL is reset while another connection writes."""


def run(context: Context) -> list[Check]:
    """All checks, in the order of the page."""
    made = [
        _config(context),
        _folders(context),
        _file_system(context),
        _sqlite(),
        _signed_in(context),
        *_token_store(context),
        *store_checks.run(context),
    ]
    return [*made, *_server(context), _locale(), _terminal(), _link(context), _output(), _themes(context)]


def _config(context: Context) -> Check:
    title = _("Setelan")

    def look() -> Check:
        from akk_tui.cli.commands.config import key_words

        said = key_words(context.settings())
        if said:
            return Check("config", title, "warn", " ".join(said), _("Ubah tombolnya di layar Setelan (7)"))
        file = context.paths.config_file
        return Check("config", title, "ok", str(file) if file.exists() else _("belum ada berkas; semua bawaan"))

    return guarded("config", title, look, _("Perbaiki berkas itu, lalu: akk-tui config validate"))


def _folders(context: Context) -> Check:
    title = _("Folder")
    paths = context.paths
    if context.refused is not None:
        return Check("folders", title, "fail", sentence(context.refused), _("Pilih folder lain dengan --home"))
    for folder in (paths.config, paths.data, paths.state, paths.cache):
        try:
            found = folder.lstat()
        except FileNotFoundError:
            continue
        except OSError as cause:
            said = _(system_words(str(cause.strerror)))
            return Check("folders", title, "fail", f"{folder}: {said}", _("Pilih folder lain dengan --home"))
        if found.st_mode & 0o077:
            detail = _("{path} terbuka bagi pengguna lain").format(path=folder)
            return Check("folders", title, "fail", detail, f"chmod 700 '{folder}'")
        if not os.access(folder, os.W_OK | os.X_OK):
            detail = _("{path} tidak dapat ditulisi").format(path=folder)
            return Check("folders", title, "fail", detail, f"chmod 700 '{folder}'")
    return Check("folders", title, "ok", _("hanya dapat dibuka Anda: {path}").format(path=paths.data))


def _file_system(context: Context) -> Check:
    from akk_tui.store import netfs, room

    title, kind = _("Sistem berkas"), netfs.kind(context.paths.data)
    if netfs.remote(context.paths.data):
        cure = _("Buka profil ini dari satu komputer saja, atau pindahkan ke disk setempat dengan --home DIR")
        return Check(
            "file_system", title, "warn", _("{kind}: jaringan; tanpa WAL, lebih lambat").format(kind=kind), cure
        )
    left = room.short(context.paths.data)
    if left is not None:
        cure = _("Kosongkan ruang disk: baris dari server tidak diambil lagi, supaya suntingan tetap tersimpan")
        return Check("file_system", title, "warn", _("{kind}: tinggal {free} MB").format(kind=kind, free=left), cure)
    return Check("file_system", title, "ok", kind or _("tidak diketahui"))


def _sqlite() -> Check:
    import sqlite3

    title, found = "SQLite", sqlite3.sqlite_version
    cure = _("Pasang Python dengan SQLite yang lebih baru")
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        return Check("sqlite", title, "fail", _("{found}; perlu {wanted}").format(found=found, wanted=wanted), cure)
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        wanted = ".".join(map(str, SAFE_SQLITE))
        detail = _("{found}; sebelum {wanted} ada kesalahan langka pada WAL").format(found=found, wanted=wanted)
        return Check("sqlite", title, "warn", detail, cure)
    return Check("sqlite", title, "ok", found)


def _signed_in(context: Context) -> Check:
    title = _("Masuk")

    def look() -> Check:
        found = context.account()
        detail = _("{officer} di {server}").format(officer=found.officer, server=found.server)
        return Check("signed_in", title, "ok", detail)

    return guarded("signed_in", title, look)


def _token_store(context: Context) -> list[Check]:
    """Where the secret of the sign-in is, and whether it is there; nothing when nobody is signed in."""
    from akk_tui.sync import account as accounts
    from akk_tui.sync import places
    from akk_tui.sync.vault_errors import VaultError

    title = _("Tempat masuk")
    try:
        context.unlock()
        account = accounts.find(context.paths)
    except VaultError:
        return []
    if account is None:
        return []

    def look() -> Check:
        where = words.token_store(account.token_store)
        if account.token_store != places.COMMAND:
            accounts.token(context.paths, account)
        if account.token_store != places.FILE:
            return Check("token_store", title, "ok", where)
        where = f"{where}: {accounts.token_path(context.paths, account)}"
        if account.session and context.settings().sign_in.store != places.FILE:
            cure = _("Lebih aman: keyring atau memori; akk-tui login --store-token auto")
            return Check("token_store", title, "warn", where, cure)
        return Check("token_store", title, "ok", where)

    return [guarded("token_store", title, look, "akk-tui login")]


def _server(context: Context) -> list[Check]:
    """Whether the server answers, knows the officer, and has the same time; nothing when there is no account."""
    from akk_tui.sync import account as accounts

    title = _("Server")
    from akk_tui.sync.vault_errors import VaultError

    try:
        context.unlock()
        account = accounts.find(context.paths)
    except VaultError:
        # Already told by the checks before this one.
        return []
    if account is None:
        return []
    try:
        settings = context.settings().server
        proof = accounts.credentials(context.paths, account, context.settings())
        from akk_tui.sync.transport import Transport

        transport = Transport(
            account.server,
            proof,
            replica="",
            ca_file=settings.ca_file,
            proxy=settings.proxy,
            pins=settings.pins,
            silence=10,
        )
    except AkkError as error:
        return [Check("server", title, "fail", sentence(error))]
    try:
        from akk_tui.contract import endpoints

        transport.health()
        transport.reference()
        told = transport.knows(endpoints.EXPORTS)
    except AkkError as error:
        cure = "akk-tui login" if error.exit_code == 4 else _("Periksa jaringan; pekerjaan luring tetap jalan")
        return [Check("server", title, "fail", sentence(error), cure)]
    finally:
        transport.close()
    found = [Check("server", title, "ok", account.server), *_pins(settings.pins), _clock(transport.server_date)]
    return [*found, _exports(context, told=told)]


def _exports(context: Context, *, told: bool) -> Check:
    """Whether the server's audit learns of the files that are exported here, and how many it does not know of yet."""
    title = _("Berkas ekspor")

    def look() -> Check:
        from akk_tui.store import exports

        with context.store(read_only=True) as store:
            waiting = len(exports.waiting(store))
        if not told:
            detail = ngettext(
                "versi server ini belum mengenal pemberitahuan ekspor; {n} ekspor hanya tercatat di komputer ini",
                "versi server ini belum mengenal pemberitahuan ekspor; {n} ekspor hanya tercatat di komputer ini",
                waiting,
            )
            return Check("exports", title, "warn", detail.format(n=waiting), _("Minta admin memperbarui akk-server"))
        if not waiting:
            return Check("exports", title, "ok", _("semua diketahui server"))
        detail = ngettext("{n} diberitahukan saat sinkron", "{n} diberitahukan saat sinkron", waiting)
        return Check("exports", title, "ok", detail.format(n=waiting))

    return guarded("exports", title, look)


def _pins(pins: tuple[str, ...]) -> list[Check]:
    """Whether there is a second key to go over to; nothing where keys are not pinned."""
    if not pins:
        return []
    title = _("Sidik kunci")
    if len(pins) == 1:
        cure = _("Minta sidik kunci cadangan kepada admin server, lalu: akk-tui config set server.pins SATU,DUA")
        return [Check("pins", title, "warn", _("cocok, tetapi tanpa cadangan"), cure)]
    return [Check("pins", title, "ok", _("cocok"))]


def _clock(server_date: str) -> Check:
    import time
    from email.utils import parsedate_to_datetime

    title = _("Jam")
    try:
        skew = round(time.time() - parsedate_to_datetime(server_date).timestamp())
    except ValueError:
        return Check("clock", title, "ok", _("server tidak menyebut waktunya"))
    detail = _("selisih {seconds} detik dengan server").format(seconds=abs(skew))
    if abs(skew) > SKEW_SECONDS:
        return Check("clock", title, "warn", detail, _("Setel jam komputer (atau beri tahu admin server)"))
    return Check("clock", title, "ok", detail)


def _locale() -> Check:
    found = (sys.stdout.encoding or "").upper().replace("_", "-")
    if found in ("UTF-8", "UTF8"):
        return Check("locale", _("Huruf"), "ok", "UTF-8")
    cure = _("Setel LANG=C.UTF-8, atau akk-tui config set ui.glyphs ascii")
    return Check("locale", _("Huruf"), "warn", found or words.NOTHING, cure)


def _terminal() -> Check:
    term, colour = os.environ.get("TERM", ""), os.environ.get("COLORTERM", "")
    if term in ("", "dumb", "unknown"):
        detail = f"TERM={term}"
        return Check("terminal", "Terminal", "warn", detail, _("Aplikasi perlu terminal; perintah lain tetap jalan"))
    return Check("terminal", "Terminal", "ok", " ".join(part for part in (term, colour) if part))


def _link(context: Context) -> Check:
    """What the app takes the line to this terminal for, and what told it."""
    from akk_tui.ui.terminal import link

    title = _("Sambungan")

    def look() -> Check:
        told = link.asked(context.settings().ui.link, os.environ)
        return Check("link", title, "ok", f"{told.words} ({told.why})" if told.why else told.words)

    return guarded("link", title, look)


def _output() -> Check:
    """Ask a process of its own whether the app's library is one whose frames can be compared."""
    import subprocess

    title = _("Keluaran hemat")
    command = [sys.executable, "-P", "-m", "akk_tui.ui.terminal.lean"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)  # noqa: S603 - this program
    except (OSError, subprocess.TimeoutExpired) as cause:
        return Check("output", title, "fail", str(cause))
    said = done.stdout.decode("utf-8", "replace").split("\n")
    if done.returncode != 0 or not said[0]:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return Check("output", title, "fail", last[-1] if last else words.NOTHING, _("Pasang ulang akk-tui"))
    if said[1]:
        cure = _("Pasang Textual yang disebut pyproject.toml; sampai itu layar dikirim utuh")
        return Check("output", title, "warn", f"{said[0]}: {said[1]}", cure)
    if os.environ.get("AKK_OUTPUT") == "stock":
        return Check("output", title, "warn", "AKK_OUTPUT=stock", _("Hapus AKK_OUTPUT; sampai itu layar dikirim utuh"))
    return Check("output", title, "ok", said[0])


def _themes(context: Context) -> Check:
    """Read the themes in a process of its own: they need the app's library, which no command loads."""
    import subprocess

    title = _("Tema")
    command = [sys.executable, "-P", "-m", "akk_tui.cli.themes_read", str(context.paths.themes), language()]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)  # noqa: S603 - this program
    except (OSError, subprocess.TimeoutExpired) as cause:
        return Check("themes", title, "fail", str(cause))
    said = [line for line in done.stdout.decode("utf-8", "replace").splitlines() if line]
    if done.returncode != 0 or not said:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return Check("themes", title, "fail", last[-1] if last else words.NOTHING, _("Pasang ulang akk-tui"))
    if len(said) > 1:
        return Check("themes", title, "fail", "; ".join(said[1:]), _("Perbaiki atau hapus berkas tema itu"))
    return Check("themes", title, "ok", said[0])
