"""The step from the sandbox to real edits: what would be written, asked once, written as one undo step."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import DataTable

from akk_tui.contract.errors import AkkError, N_
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext, pick
from akk_tui.store.outbox import Wanted
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.states import state_glyph, state_tone, state_word
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.store.store import Store
    from akk_tui.ui.app import AkkApp
    from akk_tui.ui.sandbox import Sandbox


def off(app: AkkApp, sandbox: Sandbox) -> str | None:
    """Why what is tried cannot be written, or None."""
    from akk_tui.ui.edits import common

    if not sandbox.chosen:
        return _("Belum ada butir yang dicoba; spasi mencobanya.")
    region = sandbox.data.region
    for row, state in sandbox.tried():
        key = f"{region.cycle}:{region.code}:{row.indicator}"
        reason = common.off(app, region, "assessment", key, {f"item.{row.item.id}": state})
        if reason is not None:
            return reason
    return None


def write(store: Store, sandbox: Sandbox) -> int:
    """Write what is tried as one undo step; how many items changed. Raises what the store refuses, then none did."""
    region = sandbox.data.region
    wanted = [
        Wanted(
            "assessment",
            f"{region.cycle}:{region.code}:{row.indicator}",
            {f"item.{row.item.id}": state},
            {f"item.{row.item.id}": row.item.seen},
            row.item.conflict,
        )
        for row, state in sandbox.tried()
    ]
    return sum(edit.op is not None for edit in store.outbox.together(wanted))


class KeepWindow(AkkModal[bool]):
    """Says what the sandbox would write and asks; closes with True once it is written."""

    BINDINGS: ClassVar[list[BindingType]] = [("enter,k", "keep", N_("Tulis"))]
    HELP = N_(
        "Yang dicoba menjadi perubahan nyata: enter atau k menulis semuanya sebagai satu langkah yang dapat "
        "diurungkan dengan {key:edit.undo}; esc kembali ke simulasi tanpa menulis apa pun."
    )
    DEFAULT_CSS = """
    KeepWindow {
        & #what { height: auto; margin: 0 0 1 0; }
        & #kept { height: auto; max-height: 12; }
        & #keys { height: auto; margin: 1 0 0 0; }
    }
    """

    def __init__(self, sandbox: Sandbox, done: Callable[[int], None]) -> None:
        super().__init__()
        self.sandbox = sandbox
        self._done = done

    def compose(self) -> ComposeResult:
        n, region = len(self.sandbox.chosen), self.sandbox.data.region
        what = ngettext(
            "{n} butir {name} akan ditulis sebagai perubahan nyata, belum terkirim sampai sinkronisasi berikutnya. "
            "{key:edit.undo} mengurungkannya.",
            "{n} butir {name} akan ditulis sebagai perubahan nyata, belum terkirim sampai sinkronisasi berikutnya. "
            "{key:edit.undo} mengurungkan semuanya sekaligus.",
            n,
        )
        what = self.akk.keyed(what).format(n=n, name=region.name)
        with Vertical(id="window") as window:
            window.border_title = content(_("Tulis hasil simulasi"))
            yield Words(content(what), id="what")
            yield AkkTable(id="kept", header=False)
            yield Words(self._keys(), id="keys")

    def _keys(self) -> Content:
        keys = (("enter", _("tulis")), ("esc", _("kembali ke simulasi")))
        parts = [Content.assemble(content(key, "bold $accent"), content(f" {word}  ")) for key, word in keys]
        return Content.assemble(*parts)

    def on_mount(self) -> None:
        self._fill()

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        tone = self.akk.tone
        width = min(76, self.akk.size.width * 96 // 100) - 5
        change = 0 if width < 44 else 34
        columns = [Column("glyph", "", 6), Column("title", "", width - 6 - change)]
        columns += [Column("change", "", change)] if change else []
        rows = [
            (
                row.item.id,
                [
                    cell(f"{state_glyph(row.item.state)} → {state_glyph(state)}", tone(state_tone(state))),
                    cell(f"{row.item.id} {pick(row.item.title, row.item.title_en)}", width=width - 7 - change),
                    cell(f"{state_word(row.item.state)} → {state_word(state)}", tone("muted"), width=change),
                ][: len(columns)],
            )
            for row, state in self.sandbox.tried()
        ]
        self.query_one(AkkTable).fill(columns, rows)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.action_keep()

    def action_keep(self) -> None:
        """Write it."""
        try:
            changed = write(self.akk.store, self.sandbox)
        except AkkError as cause:
            self.akk.tell_error(cause)
            return
        self.dismiss(True)
        self._done(changed)
