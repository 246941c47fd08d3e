"""Siapkan luring: choose regions, then all their rows and history are fetched; each says as of when it is ready."""

from __future__ import annotations

from typing import Any, ClassVar, Final, NamedTuple, TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import DataTable, Input

from akk_tui import i18n
from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.ui.overview import fuzzy
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.table import AkkTable, Column
from akk_tui.ui.widgets.values import about_seconds, entries_words, size_words

if TYPE_CHECKING:
    from akk_tui.store.store import Store
    from akk_tui.store.views.history import Prepared

_FEW: Final = 20
"""So many regions are chosen at first where none was prepared before."""
_LOW: Final = 20
"""Lines of a terminal below which the words above the list fall away."""
_OVERHEAD: Final = 900
"""Bytes of a request and its answer's head, one at least a region (measured)."""


class _Found(NamedTuple):
    prepared: tuple[Prepared, ...]
    rate: float | None


class PrepareWindow(AkkModal[None]):
    """Check boxes of the regions with the state of each; enter fetches those that are chosen."""

    HELP = N_(
        "Spasi memilih daerah, a memilih semua, n tidak satu pun, / mencari nama; enter mengambil baris dan riwayat "
        "daerah terpilih. “Siap” berarti semua barisnya dan siapa mengubah apa ada di laptop ini, per waktu yang "
        "disebut."
    )
    DEFAULT_CSS = """
    PrepareWindow {
        & #wanted { display: none; }
        &.-looking #wanted { display: block; }
        &.-low #about { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", N_("Tutup")),
        ("space", "choose", N_("Pilih atau tidak")),
        ("a", "all(True)", N_("Semua")),
        ("n", "all(False)", N_("Tidak satu pun")),
        ("slash", "look", N_("Cari nama")),
    ]
    AUTO_FOCUS: ClassVar[str | None] = "#regions"

    def __init__(self) -> None:
        super().__init__()
        self._found: _Found | None = None
        self.chosen: set[str] = set()
        """Codes of the regions to fetch."""

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Siapkan luring"))
            yield Words(
                content(
                    _("Semua baris dan riwayat daerah pilihan disimpan di laptop ini, untuk bekerja tanpa jaringan.")
                ),
                id="about",
            )
            wanted = Input(id="wanted", placeholder=_("nama atau kode daerah"))
            wanted.cursor_blink = False
            yield wanted
            yield AkkTable(id="regions", header=False)
            yield Words(id="sum")
            yield Words(
                content(
                    _("spasi pilih · a semua · n tidak satu pun · / cari · enter ambil · esc tutup"), "$text-muted"
                ),
                id="way",
            )

    def on_mount(self) -> None:
        self.fetch("prepared", _read)

    def on_resize(self) -> None:
        self._fill()

    def fetched(self, name: str, value: Any) -> None:
        found: _Found = value
        self._found = found
        before = {one.region for one in found.prepared if one.until is not None}
        everything = {one.region for one in found.prepared}
        self.chosen = before or (everything if len(everything) <= _FEW else set())
        self._fill()

    # what stands in it

    @property
    def _shown(self) -> list[Prepared]:
        """The regions that match what is looked for, all of them where nothing is."""
        wanted = self.query_one(Input).value.strip() if self.has_class("-looking") else ""
        found = self._found.prepared if self._found is not None else ()
        return [
            one
            for one in found
            if not wanted
            or one.region.startswith(wanted)
            or all(fuzzy(word, one.name) is not None for word in wanted.split())
        ]

    def _fill(self) -> None:
        if self._found is None:
            return
        full, height = self.akk.size
        self.set_class(height < _LOW, "-low")
        width = min(84, full * 96 // 100) - 5
        state = min(39, max(20, width - 26)) if width >= 46 else 0
        columns = [Column("name", "", width - state)]
        if state:
            columns.append(Column("state", "", state))
        rows = [
            (one.region, [self._title(one, width - state, short=not state), self._ready(one, state)][: len(columns)])
            for one in self._shown
        ]
        self.query_one("#sum", Words).show(content(self._sum()))
        self._leave_room(width, height)
        self.query_one(AkkTable).fill(columns, rows)

    def _leave_room(self, width: int, height: int) -> None:
        """The table scrolls in what the lines around it leave of the window."""
        lines = [words for words in self.query(Words) if words.id != "about" or height >= _LOW]
        taken = 2 + sum(words.words.get_height({}, width + 1) for words in lines) + self.has_class("-looking")
        self.query_one(AkkTable).styles.max_height = max(1, height * 9 // 10 - taken)

    def _title(self, one: Prepared, width: int, *, short: bool) -> Text:
        box = "[x]" if one.region in self.chosen else "[ ]"
        glyph = ("✓ " if one.until is not None else "○ ") if short else ""
        style = "bold" if one.region in self.chosen else ""
        return cell(f"{box} {glyph}{one.name} {one.region}", style, width=width - 1)

    def _ready(self, one: Prepared, width: int) -> Text:
        if one.until is None:
            return cell(_("○ belum disiapkan"), self.akk.tone("muted"), width=width)
        words = _("✓ siap, data per {when}").format(when=i18n.moment(one.until, self.akk.zone))
        return cell(words, self.akk.tone("good"), width=width)

    def _sum(self) -> str:
        """``2 dari 3 daerah · 340 riwayat, 12 kB, kira-kira 1 detik``."""
        found = self._found
        if found is None or not found.prepared:
            return _("Belum ada daerah pada siklus yang terbuka; sinkronkan dahulu.")
        wanted = [one for one in found.prepared if one.region in self.chosen]
        total = len(found.prepared)
        words = ngettext("{n} dari {total} daerah dipilih", "{n} dari {total} daerah dipilih", total)
        parts = [words.format(n=len(wanted), total=total)]
        if wanted:
            size = sum(one.bytes for one in wanted) + _OVERHEAD * len(wanted)
            guess = [entries_words(sum(one.entries for one in wanted)), size_words(size)]
            if found.rate:
                guess.append(_("kira-kira {time}").format(time=about_seconds(size / found.rate)))
            parts.append(", ".join(guess))
        return " · ".join(parts)

    # keys

    def action_choose(self) -> None:
        """Choose the region under the cursor, or not."""
        key = self.query_one(AkkTable).cursor_key
        if key is not None:
            self.chosen ^= {key}
            self._fill()

    def action_all(self, wanted: bool) -> None:
        """Choose all regions that are listed, or none of them."""
        listed = {one.region for one in self._shown}
        self.chosen = self.chosen | listed if wanted else self.chosen - listed
        self._fill()

    def action_look(self) -> None:
        """Look for a region by its name."""
        self.add_class("-looking")
        self.query_one(Input).focus()

    def action_leave(self) -> None:
        """Leave the search, else the window."""
        if not self.has_class("-looking"):
            self.dismiss(None)
            return
        self.query_one(Input).value = ""
        self.remove_class("-looking")
        self.query_one(AkkTable).focus()
        self._fill()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(AkkTable).focus()

    @on(DataTable.RowSelected)
    def _selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self._start()

    def _start(self) -> None:
        """Fetch what is chosen in a round of its own."""
        off = self.akk.sync.unavailable()
        if off is None and not self.chosen:
            off = _("Pilih dulu sebuah daerah.")
        if off is not None:
            self.akk.tell(off, "warning")
            return
        self.dismiss(None)
        self.akk.sync.round("--prepare", *sorted(self.chosen))


def _read(store: Store) -> _Found:
    return _Found(store.views.prepared(), store.views.rate())
