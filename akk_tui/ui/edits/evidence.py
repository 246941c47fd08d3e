"""The evidence of an item: a list of at most five, each added, changed and deleted by a form of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import DataTable

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.fields import EVIDENCE_KEYS
from akk_tui.contract.limits import EVIDENCE_PER_ITEM
from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.edits import common
from akk_tui.ui.edits.indicator import Place
from akk_tui.ui.forms import FormField
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content, cut
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.region_words import evidence_words
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.store.shapes import Evidence, ItemRow


def edit(place: Place, item: ItemRow) -> None:
    """Show the evidence of an item; without any, the form of the first one."""
    if item.evidence:
        place.screen.akk.push_screen(EvidenceList(place, item))
    else:
        write(place, item, 1)


def write(place: Place, item: ItemRow, n: int, done: Callable[[], None] | None = None) -> None:
    """Ask for all facts of evidence number ``n`` of an item."""
    name = f"evidence.{item.id}.{n}"
    row = common.held(place.screen, "assessment", place.key)
    now: dict[str, str] = row.values.get(name) or {}
    line = common.form_of("assessment", "source")
    fields = (
        FormField("title", _("Judul"), now.get("title", ""), check=line, hint=_("nama dokumen"), required=True),
        FormField("number", _("Nomor"), now.get("number", ""), check=line, hint=_("nomor surat atau keputusan")),
        FormField("date", _("Tanggal"), now.get("date", ""), "past", hint=_("tanggal dokumen")),
        FormField("link", _("Tautan"), now.get("link", ""), check=line, hint=_("alamat atau tempat berkasnya")),
        FormField("capaian", _("Capaian"), now.get("capaian", ""), check=line, hint=_("misalnya 412/429 = 96,1 %")),
        FormField("per", _("Capaian per"), now.get("per", ""), "past", hint=_("hari pengukuran capaiannya")),
    )

    def make(texts: dict[str, str], changed: frozenset[str]) -> dict[str, Any] | str:
        kept = {key: now[key] for key in EVIDENCE_KEYS if key in now and key not in texts}
        return {name: {**kept, **{key: text for key, text in texts.items() if text}}}

    title = _("Bukti {n} · {item} {title}").format(n=n, item=item.id, title=cut(words.title_of(item), 44))
    common.ask(place.screen, title, row, fields, make, done=done)


def add(place: Place, item: ItemRow, done: Callable[[], None] | None = None) -> None:
    """Ask for one more evidence, unless all places are taken."""
    taken = {one.n for one in item.evidence}
    free = next((n for n in range(1, EVIDENCE_PER_ITEM + 1) if n not in taken), None)
    if free is None:
        full = _("Satu butir memuat paling banyak {n} bukti; ubah atau hapus salah satu.")
        place.screen.akk.tell(full.format(n=EVIDENCE_PER_ITEM), "warning")
        return
    write(place, item, free, done)


class EvidenceList(AkkModal[None]):
    """The evidence of one item: enter changes, n adds, D deletes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("n,b", "add", N_("Tambah bukti")),
        ("e", "change", N_("Ubah")),
        ("D,delete", "delete", N_("Hapus")),
        ("u", "undo", N_("Urungkan")),
    ]
    HELP = N_(
        "Bukti dukung butir ini, paling banyak lima. enter mengubah, n menambah, D menghapus, u mengurungkan, "
        "esc menutup."
    )
    DEFAULT_CSS = """
    EvidenceList {
        & #facts { height: auto; min-height: 3; margin: 1 0; }
        & #keys { height: auto; }
        & #evidence { height: auto; }
    }
    """

    def __init__(self, place: Place, item: ItemRow) -> None:
        super().__init__()
        self.place = place
        self.item = item
        self._conflicts: frozenset[str] = frozenset()

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Bukti dukung") + f" · {self.item.id} {words.title_of(self.item)}")
            yield AkkTable(id="evidence", header=False)
            yield Words(id="facts")
            yield Words(self._keys(), id="keys")

    def _keys(self) -> Content:
        keys = (("enter", _("ubah")), ("n", _("tambah")), ("D", _("hapus")), ("esc", _("tutup")))
        parts = [Content.assemble(content(key, "bold $accent"), content(f" {word}  ")) for key, word in keys]
        return Content.assemble(*parts)

    def on_mount(self) -> None:
        self.read_again()

    def read_again(self) -> None:
        """Show the evidence as it stands now."""
        region = self.place.detail.row
        detail = self.akk.store.views.region(region.cycle, region.code)
        found = (item for part in detail.components for one in part.indicators for item in one.items)
        self.item = next((item for item in found if item.id == self.item.id), self.item)
        width = min(76, self.akk.size.width * 96 // 100) - 6
        rows = [
            (
                str(one.n),
                [
                    cell(f"{one.n}", self.akk.tone("accent")),
                    cell((one.title or words.NONE) + (" ↑" if one.pending else ""), width=width - 3),
                ],
            )
            for one in self.item.evidence
        ]
        table = self.query_one(AkkTable)
        table.fill([Column("n", "", 3), Column("title", "", width - 3)], rows)
        self._draw()

    def _draw(self) -> None:
        here = self.here
        empty = _("Belum ada bukti dukung. Tekan n untuk menambah yang pertama.")
        self.query_one("#facts", Words).show(content(evidence_words(here) if here is not None else empty))

    @property
    def here(self) -> Evidence | None:
        """The evidence under the cursor."""
        key = self.query_one(AkkTable).cursor_key
        return next((one for one in self.item.evidence if str(one.n) == key), None)

    def on_data_table_row_highlighted(self) -> None:
        self._draw()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.action_change()

    def action_change(self) -> None:
        """Change the evidence under the cursor."""
        here = self.here
        if here is not None:
            write(self.place, self.item, here.n, self.read_again)

    def action_add(self) -> None:
        """Add one, unless all five places are taken."""
        add(self.place, self.item, self.read_again)

    def action_delete(self) -> None:
        """Delete the evidence under the cursor; undo brings it back."""
        here = self.here
        if here is None:
            return
        row = common.held(self.place.screen, "assessment", self.place.key)
        try:
            common.put(self.place.screen, row, {f"evidence.{self.item.id}.{here.n}": None})
        except AkkError as cause:
            self.akk.tell_error(cause)

    def action_undo(self) -> None:
        """Take the last edit back."""
        try:
            self.akk.action_undo()
        except AkkError as cause:
            self.akk.tell_error(cause)
