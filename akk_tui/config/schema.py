"""The one list of settings: from it come reading, ``config show``, checks and the screen Setelan."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from akk_tui.contract.errors import N_
from akk_tui.contract.text import clean

Applies = Literal["now", "sync", "login", "start"]
"""When a change takes effect: at once, with the next sync, with the next sign-in, at the next start."""
Kind = Literal["choice", "theme", "flag", "number", "list", "line", "columns"]


class Refused(ValueError):
    """A value that its setting does not take."""


class Form:
    """How a setting's value is checked, how its words are read, and what it takes (shown in an error)."""

    __slots__ = ("allowed", "check", "read")

    def __init__(self, check: Callable[[Any], Any], read: Callable[[str], Any], allowed: str) -> None:
        self.check = check
        self.read = read
        self.allowed = allowed


class Setting:
    """One setting. ``title``, ``help`` and the titles of ``choices`` are Indonesian source texts.

    ``default`` is the value without a file, in TOML's form (None: unset). ``choices`` are the values of a ``choice``
    with their titles. A plain class: a named tuple takes longer to make than all settings do to read.
    """

    __slots__ = ("applies", "choices", "default", "form", "group", "help", "kind", "name", "title")

    def __init__(
        self,
        name: str,
        group: str,
        kind: Kind,
        form: Form,
        default: Any,
        title: str,
        help: str,  # noqa: A002
        applies: Applies,
        choices: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.name = name
        self.group = group
        self.kind: Kind = kind
        self.form = form
        self.default = default
        self.title = title
        self.help = help
        self.applies: Applies = applies
        self.choices = choices

    @property
    def section(self) -> str:
        return self.name.partition(".")[0]

    @property
    def key(self) -> str:
        return self.name.partition(".")[2]


def _one_of(choices: tuple[tuple[str, str], ...]) -> Form:
    words = tuple(value for value, _title in choices)

    def check(value: Any) -> str:
        if value not in words:
            raise Refused
        return str(value)

    return Form(check, str.strip, ", ".join(words))


def _text(pattern: str, allowed: str) -> Form:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value) or clean(value) != value:
            raise Refused
        return value

    return Form(check, str.strip, allowed)


def _path(value: Any) -> Path:
    if not isinstance(value, str) or not value.strip() or clean(value) != value:
        raise Refused
    return Path(value).expanduser()


def _minutes(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1440:
        raise Refused
    return value


def _days(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 3650:
        raise Refused
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused
    return value


def _cycles(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Refused
    found: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
    if not all(isinstance(part, str) and re.match(r"\d{4}\Z", part) for part in found):
        raise Refused
    return tuple(found)


def _pins(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Refused
    found: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
    if not all(isinstance(part, str) and re.match(r"[A-Za-z0-9+/]{43}=\Z", part) for part in found):
        raise Refused
    return tuple(found)


def _words_of(*words: str) -> Form:
    """A list of some of ``words``, each once."""

    def check(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise Refused
        found: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
        if any(part not in words for part in found) or len(set(found)) != len(found):
            raise Refused
        return tuple(found)

    return Form(check, _read_list, ", ".join(words))


def _read_int(text: str) -> int:
    if not re.match(r"\d{1,6}\Z", text.strip()):
        raise Refused
    return int(text)


def _read_flag(text: str) -> bool:
    word = text.strip().lower()
    if word not in ("true", "false", "ya", "tidak", "1", "0", "yes", "no"):
        raise Refused
    return word in ("true", "ya", "1", "yes")


def _read_list(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,]+", text.strip()) if part]


def _read_pins(text: str) -> list[str]:
    """Pins as curl and as HTTP write them too: ``sha256//…``, ``sha256/…``."""
    return [re.sub(r"\Asha256//?", "", part) for part in re.split(r"[\s,;]+", text.strip()) if part]


def _argv(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Refused
    found: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
    if not all(isinstance(part, str) and clean(part) == part for part in found) or (found and not found[0]):
        raise Refused
    return tuple(found)


def _read_argv(text: str) -> list[str]:
    import shlex

    try:
        return shlex.split(text)
    except ValueError as cause:
        raise Refused from cause


_URL: Final = r"https?://[^\s/@?#]+(/[^\s@?#]*)?"
_FLAG: Final = Form(_flag, _read_flag, "true, false")
KEY: Final = _text(r"[^\s]{1,60}", "f5, ctrl+r, g")
"""The form of a value in ``[keys]``; whether the terminal has such a key is asked by the app's keymap."""
LANGUAGES: Final = (("id", N_("Indonesia")), ("en", N_("Inggris")))
DENSITIES: Final = (("normal", N_("lega")), ("compact", N_("padat")))
GLYPHS: Final = (("auto", N_("menurut terminal")), ("unicode", N_("Unicode")), ("ascii", N_("ASCII")))
LINKS: Final = (("auto", N_("otomatis")), ("fast", N_("cepat")), ("slow", N_("lambat")))
KEYMAPS: Final = (("default", N_("bawaan")), ("vim", N_("vim")))
PLACES: Final = (
    ("auto", N_("yang teraman di komputer ini")),
    ("keyring", N_("keyring sistem")),
    ("runtime", N_("memori, sampai keluar dari komputer")),
    ("file", N_("berkas yang hanya dapat dibuka Anda")),
)
"""Where the secret of a sign-in is kept; see ``sync/places.py``."""
FLAGS: Final = (("true", N_("ya")), ("false", N_("tidak")))

_COLUMNS: Final = _words_of(
    "name", "code", "province", "stage", "components", "score", "gap", "criteria", "late", "trend", "forecast",
    "stale", "team",
)  # fmt: skip
"""The columns of a table of regions (``ui/widgets/heat.py``); the name is always there."""

GROUPS: Final = (
    ("view", N_("Tampilan")),
    ("keys", N_("Tombol")),
    ("sync", N_("Sinkronisasi")),
    ("server", N_("Server")),
    ("safety", N_("Keamanan")),
)
"""Groups in the order in which they are shown."""

SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        "server.url",
        "server",
        "line",
        _text(_URL, "https://…"),
        None,
        N_("Alamat server"),
        N_("Alamat yang dipakai akk-tui login bila --server tidak ditulis."),
        "login",
    ),
    Setting(
        "server.ca_file",
        "server",
        "line",
        Form(_path, str.strip, "/…/ca.pem"),
        None,
        N_("Berkas CA"),
        N_("Sertifikat pemberi sertifikat server (PEM), bila bukan yang umum."),
        "sync",
    ),
    Setting(
        "server.proxy",
        "server",
        "line",
        _text(_URL, "http://…:3128"),
        None,
        N_("Proxy"),
        N_("Perantara ke server. Variabel lingkungan seperti https_proxy tidak dipakai."),
        "sync",
    ),
    Setting(
        "server.pins",
        "server",
        "list",
        Form(_pins, _read_pins, '["dGhl…a2V5=", …]'),
        [],
        N_("Sidik kunci"),
        N_(
            "Sidik kunci yang boleh ditunjukkan server, dipisahkan koma, satu di antaranya cadangan; lihat akk-tui"
            " doctor --pin. Kosong: cukup sertifikat yang dipercaya."
        ),
        "sync",
    ),
    Setting(
        "sign_in.store",
        "server",
        "choice",
        _one_of(PLACES),
        "auto",
        N_("Tempat sesi"),
        N_("Tempat menyimpan sesi masuk. Yang teraman: keyring, lalu memori; berkas hanya bila dipilih."),
        "login",
        PLACES,
    ),
    Setting(
        "sign_in.token_command",
        "server",
        "line",
        Form(_argv, _read_argv, '["pass", "show", "akk"]'),
        [],
        N_("Perintah token"),
        N_("Program yang mencetak token pada baris pertamanya, tanpa shell, paling lama 10 detik."),
        "login",
    ),
    Setting(
        "ui.lang",
        "view",
        "choice",
        _one_of(LANGUAGES),
        None,
        N_("Bahasa"),
        N_("Bahasa aplikasi dan baris perintah; tanpa setelan, menurut lingkungan (LANG)."),
        "now",
        LANGUAGES,
    ),
    Setting(
        "ui.theme",
        "view",
        "theme",
        _text(r"[A-Za-z0-9][A-Za-z0-9_-]{0,40}", "dark, light, contrast, colourblind, ansi, mono, …"),
        "dark",
        N_("Tema"),
        N_("Warna. Tema Anda sendiri, satu berkas TOML di folder themes, terbaca begitu disimpan."),
        "now",
    ),
    Setting(
        "ui.density",
        "view",
        "choice",
        _one_of(DENSITIES),
        "normal",
        N_("Kerapatan"),
        N_("Padat: tanpa baris kosong dan tanpa bingkai samping, lebih banyak baris terlihat."),
        "now",
        DENSITIES,
    ),
    Setting(
        "ui.glyphs",
        "view",
        "choice",
        _one_of(GLYPHS),
        "auto",
        N_("Lambang"),
        N_("ASCII untuk terminal yang tidak mengenal Unicode; menurut terminal: dari LANG dan LC_ALL."),
        "now",
        GLYPHS,
    ),
    Setting(
        "ui.dashboard_columns",
        "view",
        "columns",
        _COLUMNS,
        [],
        N_("Kolom Dasbor"),
        N_("Kolom peta daerah; kosong: bawaan. Bila layar sempit, yang kurang penting tidak ditampilkan."),
        "now",
    ),
    Setting(
        "ui.regions_columns",
        "view",
        "columns",
        _COLUMNS,
        [],
        N_("Kolom Daerah"),
        N_("Kolom tabel daerah; kosong: bawaan. Bila layar sempit, yang kurang penting tidak ditampilkan."),
        "now",
    ),
    Setting(
        "ui.link",
        "view",
        "choice",
        _one_of(LINKS),
        "auto",
        N_("Sambungan terminal"),
        N_(
            "Lewat sambungan lambat: jendela tidak meredupkan layar, tema baru dipakai setelah dipilih, hasil pencarian"
            " dan kemajuan lebih jarang digambar, gerak tetikus tidak dikirim."
        ),
        "now",
        LINKS,
    ),
    Setting(
        "ui.mouse",
        "view",
        "flag",
        _FLAG,
        True,
        N_("Tetikus"),
        N_(
            "Tanpa tetikus, terminal sendiri yang memilih dan menyalin teks. Bila tidak disetel, lewat sambungan lambat"
            " hanya klik, seret, dan gulir yang dikirim."
        ),
        "start",
        FLAGS,
    ),
    Setting(
        "ui.clipboard",
        "view",
        "flag",
        _FLAG,
        True,
        N_("Papan klip"),
        N_("Yang disalin dengan tombol juga masuk ke papan klip terminal (OSC 52). Tidak: hanya di dalam aplikasi."),
        "now",
        FLAGS,
    ),
    Setting(
        "ui.keymap",
        "keys",
        "choice",
        _one_of(KEYMAPS),
        "default",
        N_("Peta tombol"),
        N_("vim: hjkl, gg, G, ctrl+d, ctrl+u, gt, gT bergerak; perintah di tombol itu pindah ke alt+tombol."),
        "now",
        KEYMAPS,
    ),
    Setting(
        "sync.every_minutes",
        "sync",
        "number",
        Form(_minutes, _read_int, "0–1440"),
        5,
        N_("Tiap berapa menit"),
        N_("Jeda sinkronisasi sendiri selama daring; 0: hanya bila diminta."),
        "now",
    ),
    Setting(
        "sync.at_start",
        "sync",
        "flag",
        _FLAG,
        True,
        N_("Saat mulai"),
        N_("Menyinkronkan begitu aplikasi terbuka."),
        "start",
        FLAGS,
    ),
    Setting(
        "sync.cycles",
        "sync",
        "list",
        Form(_cycles, _read_list, '["2025", …]'),
        [],
        N_("Siklus"),
        N_("Siklus yang disinkronkan, dipisahkan koma; kosong: semua yang terbuka."),
        "sync",
    ),
    Setting(
        "lock.minutes",
        "safety",
        "number",
        Form(_minutes, _read_int, "0–1440"),
        0,
        N_("Kunci layar (menit)"),
        N_("Tanpa tombol selama itu isi layar disembunyikan; 0: tidak pernah. Di laptop disarankan 15."),
        "now",
    ),
    Setting(
        "retention.days",
        "safety",
        "number",
        Form(_days, _read_int, "0–3650"),
        0,
        N_("Batas luring (hari)"),
        N_(
            "Bila server tidak dijangkau selama itu, data yang dapat diambil lagi dihapus dari komputer ini; yang belum"
            " terkirim tetap. 0: tidak pernah."
        ),
        "start",
    ),
    Setting(
        "encryption.key_command",
        "safety",
        "list",
        Form(_argv, _read_argv, '["pass", "show", "akk"]'),
        [],
        N_("Perintah kunci"),
        N_("Perintah yang mencetak kunci profil terenkripsi (tanpa shell, paling lama 10 detik); kosong: ditanyakan."),
        "start",
    ),
)
BY_NAME: Final[Mapping[str, Setting]] = {setting.name: setting for setting in SETTINGS}
