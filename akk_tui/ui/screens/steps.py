"""Prioritas pemenuhan: the missing items of a region in order of gain, up to the first value above the pass mark."""

from __future__ import annotations

from typing import ClassVar, TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import DataTable

from akk_tui.contract.errors import N_
from akk_tui.i18n import day
from akk_tui.i18n import gettext as _
from akk_tui.ui import words
from akk_tui.ui.screens.base import AkkModal
from akk_tui.ui.terminal.safe import cell, content
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.states import state_glyph, state_tone
from akk_tui.ui.widgets.table import AkkTable, Column

if TYPE_CHECKING:
    from akk_tui.store.shapes import NextSteps

LIMIT = 60


class StepsScreen(AkkModal[None]):
    """A list to read: nothing is changed here; enter goes to the item."""

    BINDINGS: ClassVar[list[BindingType]] = [("w", "close", "")]
    HELP = N_(
        "Butir yang belum diterima, yang paling menaikkan perkiraan lebih dulu, dengan penanggung jawab dan batas "
        "waktunya. enter membuka butirnya."
    )

    def __init__(self, region_code: str) -> None:
        super().__init__()
        self.region_code = region_code
        self.steps: NextSteps | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Prioritas pemenuhan"))
            yield Words(content(_("menghitung…")), id="about")
            yield AkkTable(id="steps")

    def on_mount(self) -> None:
        cycle, code = self.akk.cycle, self.region_code
        self.query_one("#steps").display = False
        self.fetch("steps", lambda store: store.views.next_steps(cycle, code, LIMIT))

    def fetched(self, name: str, value: NextSteps) -> None:
        self.steps = value
        about = self.query_one("#about", Words)
        mark = self.akk.pass_mark
        if not value.steps:
            about.show(content(_("{name}: semua butir sudah diterima.").format(name=value.region.name)))
            return
        after = _("perkiraan {now} → {after} dengan {n} butir").format(
            now=words.score(value.estimate), after=words.score(value.estimate_after), n=len(value.steps)
        )
        end = _("melampaui {mark}") if value.reaches else _("belum melampaui {mark}")
        about.show(content(f"{value.region.name} · {after} · {end.format(mark=mark)}"))
        width = min(76, int(self.akk.size.width * 0.96)) - 4
        has_due, has_owner = width >= 60, width >= 44
        title = width - 3 - 7 - (14 if has_owner else 0) - (9 if has_due else 0)
        columns = [Column("state", "", 3), Column("title", _("Butir"), title), Column("gain", _("Poin"), 7, True)]
        columns += [Column("owner", " " + _("Oleh"), 14)] if has_owner else []
        columns += [Column("due", _("Batas"), 9)] if has_due else []
        tone = self.akk.tone
        rows = [
            (
                step.item,
                [
                    cell(state_glyph(step.state), tone(state_tone(step.state))),
                    cell(f"{step.item} {words.title_of(step)}", width=title),
                    cell(words.points(step.gain), tone("accent"), right=True),
                    cell(f" {step.owner or words.NONE}", tone("muted"), width=13),
                    cell(day(step.due, year=False) if step.due else "", tone("muted")),
                ][: len(columns)],
            )
            for step in value.steps
        ]
        table = self.query_one("#steps", AkkTable)
        table.display = True
        table.fill(columns, rows)
        table.focus()

    async def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        item = event.row_key.value or ""
        app, code = self.akk, self.region_code
        self.dismiss(None)
        app.call_next(app.open_item, code, item)
