"""The lines of Setelan, made from the schema of settings: value and origin of each in words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple, TYPE_CHECKING

from akk_tui import config, templates
from akk_tui.config.schema import Applies, FLAGS, GROUPS, Setting
from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import choose, language, ngettext
from akk_tui.i18n import gettext as _
from akk_tui.ui.themes import plain_name

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp

APPLIES: Final[dict[Applies, str]] = {
    "now": N_("Berlaku seketika."),
    "sync": N_("Berlaku mulai sinkronisasi berikutnya."),
    "login": N_("Berlaku saat masuk berikutnya (akk-tui login)."),
    "start": N_("Berlaku saat aplikasi dibuka lagi."),
}
KEYS: Final = "keys"
"""The line that opens the keys of commands."""
ENCRYPTION: Final = "encryption"
"""The line that tells whether the profile is encrypted, and does that."""
OPENS: Final = (KEYS, ENCRYPTION)
"""The lines that are no setting and open a window."""
MINUTES: Final = ("0", "1", "2", "5", "10", "15", "30", "60", "120")


class Row(NamedTuple):
    """One line. ``setting`` is None where nothing can be changed; ``tone`` marks what needs a look."""

    key: str
    group: str
    title: str
    value: str
    origin: str
    detail: str
    setting: Setting | None = None
    tone: str = ""


def rows(app: AkkApp, settings: config.Settings) -> list[Row]:
    """All lines in the order of the screen: the settings by group, then what is only told."""
    made: list[Row] = []
    for group, title in GROUPS:
        made += [_row(app, settings, one, _(title)) for one in config.SETTINGS if one.group == group]
        if group == "keys":
            made.append(_keys_row(app, settings, _(title)))
        if group == "safety":
            made.append(_encryption_row(app, _(title)))
    return [*made, *_account(app), *_terminal(app), *_files(app)]


def value_words(app: AkkApp, setting: Setting, text: str) -> str:
    """The words for one of the values of a setting, given as text; ``""`` is unset."""
    if setting.kind == "theme":
        loaded = app.loaded_themes.themes.get(plain_name(text))
        return loaded.shown if loaded is not None else _("{name} (tidak ada)").format(name=text)
    titles = dict(setting.choices)
    if setting.name == "ui.link" and text == "auto":
        return _("otomatis: {found}").format(found=app.link.words)
    if text in titles:
        return _(titles[text])
    if setting.name == "sync.every_minutes":
        minutes = int(text)
        if not minutes:
            return _("hanya bila diminta")
        return ngettext("tiap {n} menit", "tiap {n} menit", minutes).format(n=minutes)
    if setting.kind == "columns":
        from akk_tui.ui.widgets.heat import SPECS

        known = [_(SPECS[key].title) for key in text.split(", ") if key in SPECS]
        return (", ".join(known) or _("nama saja")) if text else _("kolom bawaan")
    if setting.name == "ui.lang":
        spoken = _(titles[language()])
        if language() != choose(None):
            return _("{language} (--lang)").format(language=spoken)
        return _("{language} (lingkungan)").format(language=spoken)
    if not text:
        return _("semua yang terbuka") if setting.name == "sync.cycles" else "–"
    return text


def text_of(settings: config.Settings, name: str) -> str:
    """The value of a setting as it would be typed."""
    value = settings.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return FLAGS[0][0] if value else FLAGS[1][0]
    if name in ("sign_in.token_command", "encryption.key_command"):
        import shlex

        return shlex.join(value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _row(app: AkkApp, settings: config.Settings, setting: Setting, group: str) -> Row:
    by_env = config.overruled(setting.name)
    text = by_env[1] if by_env is not None else text_of(settings, setting.name)
    source = settings.source(setting.name)
    if by_env is not None:
        origin = _("lingkungan: {name}").format(name=by_env[0])
        whole = _("Ditentukan oleh {name} dari lingkungan; setelan menunggu sampai itu tidak ada.").format(
            name=by_env[0]
        )
    elif source == "default":
        origin = whole = _("bawaan")
    else:
        file, _colon, line = source.rpartition(":")
        origin = f"{Path(file).name}:{line}"
        whole = f"{short(Path(file))}:{line}"
    detail = [_(setting.help), _(APPLIES[setting.applies])]
    if setting.kind in ("number", "line", "list"):
        detail.append(_("Diterima: {allowed}.").format(allowed=setting.form.allowed))
    detail.append(f"{setting.name} · {whole}")
    return Row(
        setting.name,
        group,
        _(setting.title),
        value_words(app, setting, text),
        origin,
        " ".join(detail[:-1]) + "\n" + detail[-1],
        setting,
        "warn" if by_env is not None else "" if source == "default" else "accent",
    )


def _keys_row(app: AkkApp, settings: config.Settings, group: str) -> Row:
    own, wrong = len(settings.keys), len(app.key_troubles)
    value = ngettext("{n} diubah", "{n} diubah", own).format(n=own) if own else _("semua bawaan")
    if wrong:
        value += " · " + ngettext("{n} peringatan", "{n} peringatan", wrong).format(n=wrong)
    said = [trouble.words for trouble in app.key_troubles[:2]]
    detail = "\n".join(said or [_("Semua perintah dengan tombolnya; pilih satu dan tekan tombol barunya.")])
    origin = f"{config_name(app)} [keys]" if own else _("bawaan")
    return Row(KEYS, group, _("Tombol perintah"), value, origin, detail, None, "warn" if wrong else "")


def _encryption_row(app: AkkApp, group: str) -> Row:
    from akk_tui.sync import vault
    from akk_tui.ui.encrypting import off

    sealed = app.paths is not None and vault.sealed(app.paths)
    value = _("tidak")
    if sealed and app.paths is not None:
        try:
            passphrase = vault.kind(app.paths) == "passphrase"
        except AkkError:
            value = _("ya")
        else:
            value = _("ya: frasa sandi") if passphrase else _("ya: perintah kunci")
    detail = off(app.paths) or _(
        "Laptop yang hilang tidak membuka apa pun tanpa frasa sandi Anda. Enter memilih frasa sandi; aplikasi menutup"
        " sebentar lalu mulai lagi."
    )
    return Row(ENCRYPTION, group, _("Enkripsi profil"), value, "", detail, None, "good" if sealed else "")


def config_name(app: AkkApp) -> str:
    """The name of the settings file."""
    return app.paths.config_file.name if app.paths is not None else "config.toml"


def _account(app: AkkApp) -> list[Row]:
    meta, group = app.store.meta, _("Akun")
    officer = meta.get("display") or meta.get("officer")
    if not officer and app.store.reference_etag() is not None:
        reference = app.store.reference()
        officer = reference.officer.display if reference is not None else None
    cure = _("Masuk dan keluar lewat baris perintah: akk-tui login, akk-tui logout.")
    return [
        Row("account.officer", group, _("Nama petugas"), officer or _("belum masuk"), "", cure),
        Row("account.server", group, _("Server"), meta.get("server") or "–", "", cure),
    ]


def _terminal(app: AkkApp) -> list[Row]:
    group = _("Terminal")
    colours = {"truecolor": _("24 bit"), "256": "256", "standard": "16", None: _("tidak ada")}
    system = None if app.no_color else app.console.color_system
    glyphs = "ASCII" if app.ascii_glyphs else "Unicode"
    term = os.environ.get("TERM", "") or "–"
    return [
        Row(
            "terminal.colours",
            group,
            _("Warna"),
            colours.get(system, str(system)),
            "NO_COLOR" if app.no_color else "COLORTERM" if os.environ.get("COLORTERM") else "TERM",
            _("Banyaknya warna yang dikatakan terminal. Warna penuh lewat SSH: teruskan COLORTERM=truecolor."),
        ),
        Row(
            "terminal.size",
            group,
            _("Ukuran"),
            f"{app.size.width}x{app.size.height}",
            "",
            _("Kolom x baris. Semua layar utuh mulai 80x24 dan terbaca mulai 40x15."),
        ),
        Row("terminal.glyphs", group, _("Lambang"), glyphs, "", _("Yang digambar sekarang; lihat setelan ui.glyphs.")),
        Row(
            "terminal.link",
            group,
            _("Sambungan"),
            app.link.words,
            app.link.why,
            _("Yang berlaku sekarang: lambat lewat ssh dan mosh; lihat setelan ui.link."),
        ),
        Row("terminal.term", group, "TERM", term, "", _("Nama terminal, dari lingkungan.")),
    ]


def _files(app: AkkApp) -> list[Row]:
    group, paths = _("Berkas"), app.paths
    found = [("files.data", _("Data"), app.store.path, _("Semua data luring akun ini."))]
    if paths is not None:
        found = [
            (
                "files.config",
                _("Setelan"),
                paths.config_file,
                _("Boleh disunting sendiri, terbaca begitu disimpan; komentar di dalamnya tetap."),
            ),
            ("files.themes", _("Tema sendiri"), paths.themes, _("Satu berkas TOML per tema, terbaca begitu disimpan.")),
            (
                "files.templates",
                _("Templat catatan"),
                templates.folder(paths.config),
                _("Satu berkas Markdown per templat; “Ubah templat …” di penyunting catatan menyalinnya ke sini."),
            ),
            *found,
            (
                "files.state",
                _("Token, draf"),
                paths.state,
                _("Token masuk dan draf penyunting; hanya Anda yang dapat membuka."),
            ),
        ]
    return [Row(key, group, title, short(path), "", f"{help_}\n{path}") for key, title, path, help_ in found]


def short(path: Path) -> str:
    """A path with ``~`` for the home folder."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)
