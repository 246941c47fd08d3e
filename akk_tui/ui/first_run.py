"""The guide of the first run: three short steps. It is shown once, and never stands in the way of what one types."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar, Final, TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.ui import commands
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.lines import Words

if TYPE_CHECKING:
    from akk_tui.paths import Paths

SEEN: Final = "guide"
"""Name in the store's ``meta``: the version of the guide that this officer has seen."""
VERSION: Final = "1"
_STEPS: Final = (
    (
        N_("Di mana saya"),
        N_(
            "Angka berpindah layar: {screens}. Baris bawah menunjukkan tombol layar ini; yang pucat sedang tidak "
            "berlaku. {search} mencari apa saja, misalnya nama daerah; {palette} membuka semua perintah; {help} "
            "menjelaskan bagian yang sedang dipakai; {back} kembali."
        ),
    ),
    (
        N_("Mengubah status, dan mengurungkannya"),
        N_(
            "Buka daerah dengan enter, pilih indikator, lalu butirnya dengan panah kanan. {state} membuka menu status; "
            "1–6 memilih. Semua langsung tersimpan. {undo} mengurungkan, {redo} mengulangi; tidak ada yang hilang "
            "karena salah tekan."
        ),
    ),
    (
        N_("Luring dan sinkronisasi"),
        N_(
            "Semuanya berjalan tanpa jaringan (luring, offline). Yang Anda ubah ditandai ↑ belum terkirim dan dikirim "
            "pada sinkronisasi berikutnya: {sync} memulainya. Bila rekan mengisi hal yang sama, muncul ≠ beda isian; "
            "Anda yang memilih, di layar Sinkronisasi."
        ),
    ),
)


class _Text(VerticalScroll, can_focus=False):
    """The words of a step: what a low terminal has no room for comes with enter."""


class GuideScreen(AkkModal[None]):
    """Step by step; esc leaves it. Any key that is not its own closes it and does what it does without it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter,right,space", "step(1)", N_("Langkah berikut")),
        ("left,backspace", "step(-1)", N_("Langkah sebelumnya")),
    ]
    GUIDES = True
    HELP = N_("Panduan singkat dalam tiga langkah.")
    AUTO_FOCUS: ClassVar[str | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.step = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="window"):
            with _Text(id="text"):
                yield Words(id="about")
            yield Words(id="way")

    def on_mount(self) -> None:
        self._show()
        store = self.akk.store
        if not store.read_only and store.meta.get(SEEN) != VERSION:
            store.meta.set(SEEN, VERSION)

    def _show(self) -> None:
        title, words = _STEPS[self.step]
        window = self.query_one("#window")
        window.border_title = content(_("Panduan singkat"))
        window.border_subtitle = content(f"{self.step + 1}/{len(_STEPS)}")
        keymap = self.akk.keymap
        shown = {name: _key(command, keymap) for name, command in _KEYS.items()}
        screens = ", ".join(
            f"{_key(command.id, keymap)} {_(command.title)}"
            for command in sorted(commands.COMMANDS, key=lambda one: one.key)
            if command.id.startswith("screen.")
        )
        text = _(words).format(screens=screens, **shown)
        self.query_one("#about", Words).show(content(f"{_(title)}\n\n{text}\n"))
        last = self.step == len(_STEPS) - 1
        way = _("enter selesai · ← langkah sebelumnya") if last else _("enter lanjut · esc lewati")
        self.query_one("#way", Words).show(content(way, "$text-muted"))
        self.query_one(_Text).scroll_to(y=0, animate=False)

    def on_resize(self) -> None:
        self.query_one(_Text).styles.max_height = max(1, self.akk.size.height * 9 // 10 - 3)

    def action_step(self, by: int) -> None:
        """The rest of this step, else another one; after the last one the guide is done."""
        text = self.query_one(_Text)
        if by > 0 and text.scroll_offset.y < text.max_scroll_y:
            text.scroll_page_down(animate=False)
            return
        if self.step + by >= len(_STEPS):
            self.dismiss(None)
            return
        self.step = max(0, self.step + by)
        self._show()

    def on_key(self, event: events.Key) -> None:
        """Typed for the screen below: it gets the key."""
        if event.key in self._bindings.key_to_bindings:
            return
        event.stop()
        event.prevent_default()
        self.dismiss(None)
        self.akk.type_again(events.Key(event.key, event.character))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.dismiss(None)
        self.akk.type_again(events.Paste(event.text))


_KEYS: Final = {
    "search": "search",
    "palette": "palette",
    "help": "help",
    "back": "back",
    "state": "item.state",
    "undo": "edit.undo",
    "redo": "edit.redo",
    "sync": "sync.now",
}


def _key(command: str, keymap: dict[str, str]) -> str:
    return commands.shown_key(commands.keys_of(commands.by_id()[command], keymap)[0])


def due(meta: str | None) -> bool:
    """Whether the guide is still to be shown; ``meta`` is what the store's ``meta`` holds under ``guide``."""
    return meta != VERSION


OFFERED: Final = "encryption_offered"
"""Name in the store's ``meta``: encryption was offered to this officer."""


def encryption_due(paths: Paths, meta: str | None) -> bool:
    """Whether encrypting is to be offered: once, on a laptop at hand (not over SSH), where it is installed."""
    if meta is not None or os.environ.get("SSH_CONNECTION") or not laptop():
        return False
    from akk_tui.ui.encrypting import off

    return off(paths) is None


def laptop(supplies: Path = Path("/sys/class/power_supply")) -> bool:
    """Whether this computer has a battery of its own."""
    return next(supplies.glob("BAT*"), None) is not None
